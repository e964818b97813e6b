package dev.busbar.translator.model;

import dev.busbar.translator.decode.Decoding;
import dev.busbar.translator.decode.Scores;
import dev.busbar.translator.model.DecoderGraph.Caches;
import dev.busbar.translator.model.DecoderGraph.Step;
import dev.busbar.translator.model.Slot.Role;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A batch in an encoder-decoder model. The cross-attention's cache is taken from the first step (or the encoder) and kept:
 * a merged decoder gives an empty one back in later steps.
 */
final class Seq2SeqDecoding implements Decoding {
    private static final int FIRST_ROOM = 16;

    private final Seq2SeqModel model;
    private final RunSwitch runSwitch;
    private final ScoreReader scoreReader = new ScoreReader();
    private int rows;
    private Tensor mask;
    private @Nullable Tensor hidden;
    private List<Tensor> cross = List.of();
    private List<Tensor> own = List.of();

    /** Positions in the own cache, and those it has room for where steps write into it. */
    private int length;

    private int room;
    private @Nullable Tensor scores;
    private OutputLayer.@Nullable Choice output;

    private Seq2SeqDecoding(Seq2SeqModel model, int rows, Tensor mask, RunSwitch runSwitch) {
        this.model = model;
        this.runSwitch = runSwitch;
        this.rows = rows;
        this.mask = mask;
    }

    /** The switch is closed with the batch. */
    static Seq2SeqDecoding open(Seq2SeqModel model, List<int[]> sources, RunSwitch runSwitch) {
        int length = sources.stream().mapToInt(ids -> ids.length).max().orElseThrow();
        int rows = sources.size();
        int[] ids = new int[rows * length];
        int[] mask = new int[rows * length];
        Arrays.fill(ids, model.config().pad());
        for (int row = 0; row < rows; row++) {
            int[] source = sources.get(row);
            System.arraycopy(source, 0, ids, row * length, source.length);
            Arrays.fill(mask, row * length, row * length + source.length, 1);
        }
        EncoderGraph encoder = model.encoder();
        Seq2SeqDecoding decoding = new Seq2SeqDecoding(
                model, rows, Tensor.ofNumbers(encoder.typeOf(Role.MASK), mask, rows, length), runSwitch);
        try (Tensor tokens = Tensor.ofNumbers(encoder.typeOf(Role.TOKENS), ids, rows, length)) {
            decoding.take(decoding.encoded(tokens));
            if (model.output().isPresent()) {
                decoding.output = model.output().get().choose(sources, decoding.runSwitch);
            }
            return decoding;
        } catch (RuntimeException failure) {
            decoding.close();
            throw failure;
        }
    }

    /** What the encoder gives, on the decoder's device. */
    private List<Tensor> encoded(Tensor tokens) {
        EncoderGraph encoder = model.encoder();
        if (model.handover() == Seq2SeqModel.Handover.IN_PLACE) {
            return encoder.run(tokens, mask, runSwitch);
        }
        List<Tensor> carried = encoder.runToRead(tokens, mask, runSwitch);
        try {
            int[] all = IntStream.range(0, rows).toArray();
            return model.selector().select(carried, encoder.outputs(), all, runSwitch);
        } finally {
            carried.forEach(Tensor::close);
        }
    }

    private void take(List<Tensor> encoded) {
        if (model.encoder().givesCrossCache()) {
            cross = encoded;
        } else {
            hidden = encoded.getFirst();
        }
    }

    @Override
    public int[] firstTokens() {
        int[] tokens = new int[rows];
        Arrays.fill(tokens, model.config().start());
        return tokens;
    }

    @Override
    public Scores step(int[] tokens) {
        boolean isFirst = own.isEmpty();
        DecoderGraph graph = isFirst ? model.first() : model.later();
        boolean takesCross = cross.isEmpty();
        List<Tensor> fed = new ArrayList<>();
        try {
            Caches caches = caches(graph);
            Step step = graph.run(slot -> feed(slot, tokens, isFirst, fed), caches, runSwitch);
            own = replace(own, step.ownCache());
            length++;
            if (takesCross) {
                cross = step.crossCache();
                dropHidden();
            } else {
                step.crossCache().forEach(Tensor::close);
            }
            if (scores != null) {
                scores.close();
            }
            if (output == null) {
                scores = step.scores();
                return scoreReader.read(step.scores(), graph.scores().port().type(), rows, new int[0]);
            }
            try (Tensor last = step.scores()) {
                scores = output.logits(last, runSwitch);
                return output.read(scores, rows);
            }
        } finally {
            fed.forEach(Tensor::close);
        }
    }

    /** A cache that is written in place doubles when it is full. */
    private Caches caches(DecoderGraph graph) {
        if (!graph.has(Role.CACHE_ROOM)) {
            return cross.isEmpty() ? Caches.OWN_AND_CROSS : Caches.OWN;
        }
        if (length < room) {
            return Caches.IN_PLACE;
        }
        room = Math.max(FIRST_ROOM, 2 * room);
        return Caches.GROWN;
    }

    /** After the first step only old exports still want the hidden states. */
    private void dropHidden() {
        if (hidden != null && !model.later().has(Role.HIDDEN)) {
            hidden.close();
            hidden = null;
        }
    }

    private Tensor feed(Slot slot, int[] tokens, boolean isFirst, List<Tensor> fed) {
        Tensor kept = switch (slot.role()) {
            case MASK -> mask;
            case HIDDEN -> hidden;
            case OWN_CACHE -> own.isEmpty() ? null : own.get(slot.index());
            case CROSS_CACHE -> cross.isEmpty() ? null : cross.get(slot.index());
            case CROSS_SCALES -> cross.getLast();
            case TOKENS, POSITIONS, USE_CACHE, CACHE_LENGTH, CACHE_ROOM, LOGITS_TO_KEEP, SCORES, LAST_HIDDEN -> null;
        };
        if (kept != null) {
            return kept;
        }
        Tensor made = switch (slot.role()) {
            case TOKENS -> Tensor.ofNumbers(slot.port().type(), tokens, rows, 1);
            case USE_CACHE -> Tensor.ofNumbers(slot.port().type(), new int[] {isFirst ? 0 : 1}, 1);
            case CACHE_LENGTH -> Tensor.ofNumbers(slot.port().type(), new int[] {length}, 1);
            case CACHE_ROOM -> Tensor.ofNumbers(slot.port().type(), new int[] {room});
            case OWN_CACHE, CROSS_CACHE -> emptyCache(slot);
            case CROSS_SCALES, MASK, HIDDEN, POSITIONS, LOGITS_TO_KEEP, SCORES, LAST_HIDDEN ->
                throw new IllegalStateException("nothing to feed as " + slot.role());
        };
        fed.add(made);
        return made;
    }

    /** A merged decoder wants its caches in the first step too; ones of no length will do. */
    private Tensor emptyCache(Slot slot) {
        long[] shape = slot.port().shape().clone();
        shape[0] = rows;
        shape[2] = 0;
        if (shape[1] < 0 || shape[3] < 0) {
            int heads = model.config().file().number("decoder_attention_heads");
            shape[1] = heads;
            shape[3] = model.config().file().number("d_model") / heads;
        }
        return Tensor.allocate(slot.port().type(), shape);
    }

    @Override
    public void select(int[] chosen) {
        RowSelector selector = model.selector();
        own = replace(own, selector.select(own, model.later().inputs(Role.OWN_CACHE), chosen, runSwitch));
        // Beams of one sentence share what the model remembers of the source: usually nothing changes there.
        cross = replace(cross, selector.select(cross, model.later().crossInputs(), chosen, runSwitch));
        List<Slot> masks = model.later().inputs(Role.MASK);
        mask = replace(List.of(mask), selector.select(List.of(mask), masks, chosen, runSwitch))
                .getFirst();
        if (hidden != null) {
            List<Slot> slots = model.later().inputs(Role.HIDDEN);
            hidden = replace(List.of(hidden), selector.select(List.of(hidden), slots, chosen, runSwitch))
                    .getFirst();
        }
        rows = chosen.length;
    }

    private static List<Tensor> replace(List<Tensor> old, List<Tensor> selected) {
        old.forEach(Tensor::close);
        return selected;
    }

    @Override
    public void close() {
        mask.close();
        if (hidden != null) {
            hidden.close();
        }
        if (scores != null) {
            scores.close();
        }
        if (output != null) {
            output.close();
        }
        own.forEach(Tensor::close);
        cross.forEach(Tensor::close);
        runSwitch.close();
    }
}
