package dev.busbar.translator.token;

import java.util.Arrays;

/** Turns text into the token ids a model was trained on, and its answers back into text. */
public interface TextCodec extends AutoCloseable {
    /** The ids of a sentence, with the marks around it that the model expects. */
    int[] encode(String text, Direction direction);

    /** The tokens a translation in this direction must begin with. */
    int[] forced(Direction direction);

    /** Fails with {@link NoAnswer} when there is no translation in them. */
    String decode(int[] tokens);

    /** An encoded sentence that is too long for the model, with its end cut off; the last token is the end mark. */
    default int[] shortened(int[] ids, int length, Direction direction) {
        int[] shorter = Arrays.copyOf(ids, length);
        shorter[length - 1] = ids[ids.length - 1];
        return shorter;
    }

    /** The tokens that may come before a translation. */
    default int thoughtTokens() {
        return 0;
    }

    /** How many token ids the files know: no model may have fewer. */
    int size();

    /** Whether the model's own files know these languages; a model of one direction knows only that it has one. */
    boolean knows(Direction direction);

    @Override
    default void close() {}
}
