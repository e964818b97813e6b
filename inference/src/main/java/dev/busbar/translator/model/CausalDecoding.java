package dev.busbar.translator.model;

import dev.busbar.translator.decode.Decoding;
import dev.busbar.translator.decode.Scores;
import dev.busbar.translator.model.CausalModel.Padding;
import dev.busbar.translator.model.DecoderGraph.Caches;
import dev.busbar.translator.model.DecoderGraph.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** A batch in a decoder-only model. The first step feeds the prompts, whose last tokens are the batch's first ones. */
final class CausalDecoding implements Decoding {
    private final CausalModel model;
    private final RunSwitch runSwitch;
    private final ScoreReader scoreReader = new ScoreReader();

    /** The prompts, until they are fed. */
    private List<int[]> unread;

    /** Tokens of each row that are in the cache or being fed, padding not counted. */
    private int[] lengths;

    /** The same with padding: what all rows have in common. */
    private int width;

    private List<Tensor> own = List.of();
    private @Nullable Tensor scores;

    /** The switch is closed with the batch. */
    CausalDecoding(CausalModel model, List<int[]> prompts, RunSwitch runSwitch) {
        this.model = model;
        this.runSwitch = runSwitch;
        unread = List.copyOf(prompts);
        lengths = prompts.stream().mapToInt(ids -> ids.length).toArray();
    }

    @Override
    public int[] firstTokens() {
        return unread.stream().mapToInt(ids -> ids[ids.length - 1]).toArray();
    }

    @Override
    public Scores step(int[] tokens) {
        int fed = advance();
        int[] ids = unread.isEmpty() ? tokens : padded(tokens, fed);
        List<Tensor> made = new ArrayList<>();
        try {
            Step step = model.decoder().run(slot -> feed(slot, ids, fed, made), Caches.OWN, runSwitch);
            own.forEach(Tensor::close);
            own = step.ownCache();
            if (scores != null) {
                scores.close();
            }
            scores = step.scores();
            return scoreReader.readAt(
                    step.scores(),
                    model.decoder().scores().port().type(),
                    lastPlaces(step.scores().shape()[1]));
        } finally {
            made.forEach(Tensor::close);
            unread = List.of();
        }
    }

    /** Counts what this step feeds; gives the tokens of each row, padding counted. */
    private int advance() {
        if (!unread.isEmpty()) {
            width = Arrays.stream(lengths).max().orElseThrow();
            return width;
        }
        width++;
        Arrays.setAll(lengths, row -> lengths[row] + 1);
        return 1;
    }

    private int[] padded(int[] lastTokens, int fed) {
        int[] ids = new int[lengths.length * fed];
        Arrays.fill(ids, model.config().pad());
        for (int row = 0; row < lengths.length; row++) {
            int start = row * fed + (model.padding() == Padding.BEFORE ? fed - lengths[row] : 0);
            System.arraycopy(unread.get(row), 0, ids, start, lengths[row] - 1);
            ids[start + lengths[row] - 1] = lastTokens[row];
        }
        return ids;
    }

    private Tensor feed(Slot slot, int[] ids, int fed, List<Tensor> made) {
        int rows = lengths.length;
        ElementType type = slot.port().type();
        Tensor tensor = switch (slot.role()) {
            case OWN_CACHE -> own.isEmpty() ? emptyCache(slot) : own.get(slot.index());
            case TOKENS -> Tensor.ofNumbers(type, ids, rows, fed);
            case MASK -> Tensor.ofNumbers(type, mask(), rows, width);
            case POSITIONS -> Tensor.ofNumbers(type, positions(fed), rows, fed);
            case USE_CACHE -> Tensor.ofNumbers(type, new int[] {own.isEmpty() ? 0 : 1}, 1);
            case LOGITS_TO_KEEP ->
                Tensor.ofNumbers(
                        type,
                        new int[] {keepsLast() ? 1 : 0},
                        LongStream.generate(() -> 1)
                                .limit(slot.port().shape().length)
                                .toArray());
            case CROSS_CACHE, CROSS_SCALES, CACHE_LENGTH, CACHE_ROOM, HIDDEN, SCORES, LAST_HIDDEN ->
                throw new IllegalStateException("nothing to feed as " + slot.role());
        };
        if (own.isEmpty() || !own.contains(tensor)) {
            made.add(tensor);
        }
        return tensor;
    }

    private Tensor emptyCache(Slot slot) {
        CausalConfig config = model.config();
        return Tensor.allocate(slot.port().type(), lengths.length, config.cacheHeads(), 0, config.headWidth());
    }

    /** Ones where a row has tokens. */
    private int[] mask() {
        int[] mask = new int[lengths.length * width];
        for (int row = 0; row < lengths.length; row++) {
            int start = row * width + (model.padding() == Padding.BEFORE ? width - lengths[row] : 0);
            Arrays.fill(mask, start, start + lengths[row], 1);
        }
        return mask;
    }

    /** Every row counts from its own first token. */
    private int[] positions(int fed) {
        int[] positions = new int[lengths.length * fed];
        for (int row = 0; row < lengths.length; row++) {
            int first = model.padding() == Padding.BEFORE || fed == 1 ? lengths[row] - fed : 0;
            for (int i = 0; i < fed; i++) {
                positions[row * fed + i] = Math.max(0, first + i);
            }
        }
        return positions;
    }

    /** Whether the last scores of each row are those of its last token. */
    private boolean keepsLast() {
        return model.padding() == Padding.BEFORE
                || Arrays.stream(lengths).distinct().count() == 1;
    }

    /** Where in the scores of each row those of its last token are. */
    private int[] lastPlaces(long given) {
        int[] places = new int[lengths.length];
        Arrays.setAll(places, row -> (int) (given == 1 || keepsLast() ? given - 1 : Math.min(given, lengths[row]) - 1));
        return places;
    }

    @Override
    public void select(int[] chosen) {
        List<Tensor> selected =
                model.selector().select(own, model.decoder().inputs(Slot.Role.OWN_CACHE), chosen, runSwitch);
        own.forEach(Tensor::close);
        own = selected;
        lengths = Arrays.stream(chosen).map(row -> lengths[row]).toArray();
    }

    @Override
    public void close() {
        if (scores != null) {
            scores.close();
        }
        own.forEach(Tensor::close);
        runSwitch.close();
    }
}
