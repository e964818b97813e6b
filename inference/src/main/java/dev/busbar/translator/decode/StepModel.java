package dev.busbar.translator.decode;

import java.util.List;

/** A model as the search sees it: it reads source sentences once, then scores the next token of every row, step by step. */
public interface StepModel extends AutoCloseable {
    TokenRules rules();

    /** One row per source, in their order. */
    Decoding open(List<int[]> sources);

    /** Gives back to the system what the model keeps from larger batches than it runs now. */
    default void release() {}

    @Override
    void close();
}
