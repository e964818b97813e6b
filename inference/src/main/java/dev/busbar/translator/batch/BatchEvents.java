package dev.busbar.translator.batch;

import java.time.Duration;

/** Told what the batcher does, for whoever counts it. */
public interface BatchEvents {
    BatchEvents NONE = new BatchEvents() {};

    default void batchDone(int rows, int sourceTokens, int targetTokens, Duration took) {}

    default void waited(Duration time) {}

    default void ranOutOfMemory(int rows) {}
}
