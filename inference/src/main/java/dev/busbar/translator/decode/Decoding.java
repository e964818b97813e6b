package dev.busbar.translator.decode;

/** A batch on its way through the model: its rows are at the same position and hold what the model remembers of them. */
public interface Decoding extends AutoCloseable {
    /** The token each row is fed in the first step. */
    int[] firstTokens();

    /** Feeds one token per row; the scores of what comes next hold until the following call. */
    Scores step(int[] tokens);

    /** Makes the given rows, in this order, the rows of the batch; a row may be left out or come more than once. */
    void select(int[] rows);

    @Override
    void close();
}
