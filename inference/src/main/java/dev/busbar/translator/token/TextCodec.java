package dev.busbar.translator.token;

/** Turns text into the token ids a model was trained on, and its answers back into text. */
public interface TextCodec extends AutoCloseable {
    /** The ids of a sentence, with the marks around it that the model expects. */
    int[] encode(String text, Direction direction);

    /** The tokens a translation in this direction must begin with. */
    int[] forced(Direction direction);

    String decode(int[] tokens);

    /** How many token ids the files know: no model may have fewer. */
    int size();

    /** Whether the model's own files know these languages; a model of one direction knows only that it has one. */
    boolean knows(Direction direction);

    @Override
    default void close() {}
}
