package dev.busbar.translator.decode;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The next-token scores of every row: {@code rows} times {@code width} floats, where column c stands for a token.
 *
 * <p>The scans below are the hot path outside the model. They go block by block: a copy into a small array that stays in
 * the first-level cache, then a maximum the compiler turns into vector instructions; only a block that holds a better
 * maximum is looked at again for its place. The compiler does that for whole numbers alone, so the search for the best
 * compares the bits of the floats, turned so that they order as the floats do: a quarter of the time.
 */
public final class Scores {
    private static final int BLOCK = 1024;

    private final MemorySegment values;
    private final int rows;
    private final int width;
    private final int @Nullable [] words;
    private final float[] block = new float[BLOCK];
    private final int[] bits = new int[BLOCK];

    private Scores(MemorySegment values, int rows, int width, int @Nullable [] words) {
        if (values.byteSize() < (long) rows * width * Float.BYTES) {
            throw new IllegalArgumentException(
                    "%d bytes hold no %d x %d floats".formatted(values.byteSize(), rows, width));
        }
        this.values = values;
        this.rows = rows;
        this.width = width;
        this.words = words;
    }

    /** Column c is token c. */
    public static Scores ofVocabulary(MemorySegment values, int rows, int width) {
        return new Scores(values, rows, width, null);
    }

    /** Column c is token words[c]; the words ascend. */
    public static Scores ofShortlist(MemorySegment values, int rows, int[] words) {
        return new Scores(values, rows, words.length, words);
    }

    public int rows() {
        return rows;
    }

    public int width() {
        return width;
    }

    int token(int column) {
        return words == null ? column : words[column];
    }

    /** The best token of a row that is not banned. */
    int best(int row, int[] banned) {
        int[] columns = columns(banned);
        int best = -1;
        int max = Integer.MIN_VALUE;
        for (int start = 0; start < width; start += BLOCK) {
            int length = loadBits(row, start, columns);
            int blockMax = maxOfBits(length);
            if (blockMax > max || best < 0) {
                max = blockMax;
                best = start + indexOfBits(blockMax, length);
            }
        }
        return token(best);
    }

    /** The logarithm of the sum of the exponents of a row: what turns its scores into log probabilities. */
    double logSumExp(int row) {
        int[] none = {};
        float max = Float.NEGATIVE_INFINITY;
        for (int start = 0; start < width; start += BLOCK) {
            max = Math.max(max, max(load(row, start, none)));
        }
        double sum = 0;
        for (int start = 0; start < width; start += BLOCK) {
            int length = load(row, start, none);
            for (int i = 0; i < length; i++) {
                // Below e^-20 a term changes no digit that a ranking of sentences could depend on.
                float difference = block[i] - max;
                if (difference > -20) {
                    sum += Math.exp(difference);
                }
            }
        }
        return max + Math.log(sum);
    }

    /** The n best candidates of a row, best first. */
    Candidate[] top(int row, int n, int[] banned) {
        int[] columns = columns(banned);
        Candidate[] top = new Candidate[n];
        int size = 0;
        for (int start = 0; start < width; start += BLOCK) {
            int length = load(row, start, columns);
            if (size == n && max(length) <= top[n - 1].score()) {
                continue;
            }
            for (int i = 0; i < length; i++) {
                if (size == n && block[i] <= top[n - 1].score()) {
                    continue;
                }
                int place = size < n ? size++ : n - 1;
                for (; place > 0 && top[place - 1].score() < block[i]; place--) {
                    top[place] = top[place - 1];
                }
                top[place] = new Candidate(token(start + i), block[i]);
            }
        }
        return Arrays.copyOf(top, size);
    }

    float score(int row, int column) {
        return values.getAtIndex(ValueLayout.JAVA_FLOAT, (long) row * width + column);
    }

    /** A token and the model's raw score for it. */
    record Candidate(int token, float score) {}

    private int load(int row, int start, int[] bannedColumns) {
        int length = Math.min(BLOCK, width - start);
        long offset = ((long) row * width + start) * Float.BYTES;
        MemorySegment.copy(values, ValueLayout.JAVA_FLOAT, offset, block, 0, length);
        for (int column : bannedColumns) {
            if (column >= start && column < start + length) {
                block[column - start] = Float.NEGATIVE_INFINITY;
            }
        }
        return length;
    }

    private float max(int length) {
        float max = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < length; i++) {
            max = Math.max(max, block[i]);
        }
        return max;
    }

    private int loadBits(int row, int start, int[] bannedColumns) {
        int length = Math.min(BLOCK, width - start);
        long offset = ((long) row * width + start) * Float.BYTES;
        MemorySegment.copy(values, ValueLayout.JAVA_INT_UNALIGNED, offset, bits, 0, length);
        for (int column : bannedColumns) {
            if (column >= start && column < start + length) {
                bits[column - start] = Float.floatToRawIntBits(Float.NEGATIVE_INFINITY);
            }
        }
        return length;
    }

    private int maxOfBits(int length) {
        int max = Integer.MIN_VALUE;
        for (int i = 0; i < length; i++) {
            max = Math.max(max, ordered(bits[i]));
        }
        return max;
    }

    private int indexOfBits(int value, int length) {
        for (int i = 0; i < length; i++) {
            if (ordered(bits[i]) == value) {
                return i;
            }
        }
        throw new IllegalStateException("the maximum of a block is not in it");
    }

    /** A negative float's bits grow as it falls: all but the sign are turned over. */
    private static int ordered(int floatBits) {
        return floatBits ^ ((floatBits >> 31) & Integer.MAX_VALUE);
    }

    private int[] columns(int[] banned) {
        if (words == null) {
            return banned;
        }
        return Arrays.stream(banned)
                .map(token -> Arrays.binarySearch(words, token))
                .filter(column -> column >= 0)
                .toArray();
    }
}
