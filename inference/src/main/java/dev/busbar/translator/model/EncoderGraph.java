package dev.busbar.translator.model;

import dev.busbar.translator.model.Slot.Role;
import dev.busbar.translator.token.BadModelFolder;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;

/** An encoder's graph; Optimum's gives hidden states, our own gives the cross-attention's cache at once. */
final class EncoderGraph implements AutoCloseable {
    private static final Set<Role> GIVEN = Set.of(Role.HIDDEN, Role.CROSS_CACHE, Role.CROSS_SCALES);

    private final OrtSession session;
    private final List<Slot> inputs;
    private final List<Slot> outputs;

    EncoderGraph(Path file, SessionSettings settings) {
        session = OrtSession.open(file, settings);
        inputs = Slot.of(file, session.inputs());
        outputs = Slot.of(file, session.outputs()).stream()
                .filter(slot -> GIVEN.contains(slot.role()))
                .sorted(Comparator.comparingInt(Slot::index))
                .toList();
        if (outputs.isEmpty()) {
            throw new BadModelFolder(
                    file, "the graph's outputs", session.outputs().keySet(), "last_hidden_state");
        }
    }

    boolean givesCrossCache() {
        return outputs.getFirst().role() == Role.CROSS_CACHE;
    }

    List<Slot> outputs() {
        return outputs;
    }

    ElementType typeOf(Role role) {
        return inputs.stream()
                .filter(slot -> slot.role() == role)
                .findFirst()
                .map(slot -> slot.port().type())
                .orElse(ElementType.INT64);
    }

    /** The outputs stay where the encoder runs. */
    List<Tensor> run(Tensor tokens, Tensor mask, RunSwitch runSwitch) {
        return run(tokens, mask, runSwitch, Binding::outputToKeep);
    }

    /** The outputs come to main memory. */
    List<Tensor> runToRead(Tensor tokens, Tensor mask, RunSwitch runSwitch) {
        return run(tokens, mask, runSwitch, Binding::outputToRead);
    }

    private List<Tensor> run(
            Tensor tokens, Tensor mask, RunSwitch runSwitch, BiConsumer<Binding, OrtSession.Port> output) {
        try (Binding binding = new Binding(session)) {
            for (Slot slot : inputs) {
                binding.input(slot.port(), slot.role() == Role.TOKENS ? tokens : mask);
            }
            outputs.forEach(slot -> output.accept(binding, slot.port()));
            return binding.run(runSwitch);
        }
    }

    @Override
    public void close() {
        session.close();
    }
}
