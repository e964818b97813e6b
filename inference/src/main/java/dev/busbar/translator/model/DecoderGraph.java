package dev.busbar.translator.model;

import dev.busbar.translator.model.Slot.Role;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A decoder's graph with its inputs and outputs sorted by what they are for. */
final class DecoderGraph implements AutoCloseable {
    private final OrtSession session;
    private final List<Slot> inputs;
    private final List<Slot> ownCacheOut;
    private final List<Slot> crossCacheOut;
    private final Slot scores;

    DecoderGraph(Path file, SessionSettings settings) {
        session = OrtSession.open(file, settings);
        inputs = Slot.of(file, session.inputs());
        List<Slot> outputs = Slot.of(file, session.outputs());
        ownCacheOut = sorted(outputs, Role.OWN_CACHE);
        crossCacheOut = sorted(outputs, Role.CROSS_CACHE);
        scores = outputs.stream()
                .filter(slot -> slot.role() == Role.SCORES || slot.role() == Role.LAST_HIDDEN)
                .findFirst()
                .orElseThrow(() -> new dev.busbar.translator.token.BadModelFolder(
                        file, "the graph's outputs", session.outputs().keySet(), "logits among them"));
    }

    private static List<Slot> sorted(List<Slot> slots, Role role) {
        return Slot.with(slots, role).stream()
                .sorted(java.util.Comparator.comparingInt(Slot::index))
                .toList();
    }

    List<Slot> inputs() {
        return inputs;
    }

    List<Slot> inputs(Role role) {
        return sorted(inputs, role);
    }

    /** What it needs of the source: the caches, then their scales where they have any. */
    List<Slot> crossInputs() {
        List<Slot> all = new ArrayList<>(inputs(Role.CROSS_CACHE));
        all.addAll(inputs(Role.CROSS_SCALES));
        return all;
    }

    boolean has(Role role) {
        return !Slot.with(inputs, role).isEmpty();
    }

    List<Slot> ownCacheOut() {
        return ownCacheOut;
    }

    List<Slot> crossCacheOut() {
        return crossCacheOut;
    }

    Slot scores() {
        return scores;
    }

    /** What a step gave: scores in main memory, or what the output layer makes them of; the caches where the model runs. */
    record Step(Tensor scores, List<Tensor> ownCache, List<Tensor> crossCache) {}

    /** The tensor for each input. */
    interface Feed {
        Tensor tensor(Slot slot);
    }

    /** Which of the caches a step is asked for. */
    enum Caches {
        OWN,
        OWN_AND_CROSS,
        /** None: all stay where they are, and the own ones are written to. */
        IN_PLACE,
        /** The own ones, with more room. */
        GROWN
    }

    Step run(Feed feed, Caches caches, RunSwitch runSwitch) {
        try (Binding binding = new Binding(session)) {
            for (Slot slot : inputs) {
                binding.input(slot.port(), feed.tensor(slot));
            }
            if (scores.role() == Role.SCORES) {
                binding.outputToRead(scores.port());
            } else {
                binding.outputToKeep(scores.port());
            }
            Consumer<Slot> keep = slot -> binding.outputToKeep(slot.port());
            Consumer<Slot> stay = slot -> binding.outputInto(slot.port(), feed.tensor(slot));
            ownCacheOut.forEach(caches == Caches.IN_PLACE ? stay : keep);
            switch (caches) {
                case OWN -> {}
                case OWN_AND_CROSS -> crossCacheOut.forEach(keep);
                case IN_PLACE, GROWN -> crossCacheOut.forEach(stay);
            }
            List<Tensor> out = binding.run(runSwitch);
            int own = 1 + ownCacheOut.size();
            return new Step(
                    out.getFirst(),
                    new ArrayList<>(out.subList(1, own)),
                    new ArrayList<>(out.subList(own, out.size())));
        }
    }

    @Override
    public void close() {
        session.close();
    }
}
