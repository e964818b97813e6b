package dev.busbar.translator.model;

import dev.busbar.translator.decode.Scores;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Makes scores of a model's logits: in place where they are floats, widened where the model gives halves. */
final class ScoreReader {
    private float[] widened = {};

    /** Words say what the columns stand for; none, that column c is token c. */
    Scores read(Tensor logits, ElementType type, int rows, int[] words) {
        long[] shape = logits.shape();
        int width = Math.toIntExact(shape[shape.length - 1]);
        int count = Math.multiplyExact(rows, width);
        return switch (type) {
            case FLOAT -> scores(logits.data((long) count * Float.BYTES), rows, width, words);
            case FLOAT16 -> scores(widen(logits.data((long) count * Short.BYTES), count), rows, width, words);
            case INT32, INT64, BOOL, INT8, UINT8 ->
                throw new IllegalArgumentException("logits of type %s are not scores".formatted(type));
        };
    }

    private static Scores scores(MemorySegment values, int rows, int width, int[] words) {
        return words.length == 0 ? Scores.ofVocabulary(values, rows, width) : Scores.ofShortlist(values, rows, words);
    }

    private MemorySegment widen(MemorySegment halves, int count) {
        if (widened.length < count) {
            widened = new float[count];
        }
        for (int i = 0; i < count; i++) {
            widened[i] = Float.float16ToFloat(halves.getAtIndex(ValueLayout.JAVA_SHORT, i));
        }
        return MemorySegment.ofArray(widened);
    }
}
