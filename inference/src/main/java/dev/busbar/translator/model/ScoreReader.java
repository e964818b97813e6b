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

    /** The scores at one place of each row, where the model gives those of several. */
    Scores readAt(Tensor logits, ElementType type, int[] places) {
        long[] shape = logits.shape();
        int given = Math.toIntExact(shape[1]);
        if (given == 1) {
            return read(logits, type, places.length, new int[0]);
        }
        int width = Math.toIntExact(shape[2]);
        MemorySegment all = logits.data((long) places.length * given * width * type.bytes());
        MemorySegment chosen = MemorySegment.ofArray(new int[places.length * width]);
        for (int row = 0; row < places.length; row++) {
            long from = ((long) row * given + places[row]) * width;
            for (int i = 0; i < width; i++) {
                float score = type == ElementType.FLOAT
                        ? all.getAtIndex(ValueLayout.JAVA_FLOAT, from + i)
                        : Float.float16ToFloat(all.getAtIndex(ValueLayout.JAVA_SHORT, from + i));
                chosen.setAtIndex(ValueLayout.JAVA_FLOAT, (long) row * width + i, score);
            }
        }
        return Scores.ofVocabulary(chosen, places.length, width);
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
