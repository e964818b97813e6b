package dev.busbar.translator.batch;

import java.time.Duration;

/** What may be changed while the server runs: how large batches get, how long one is waited for, how much may wait. */
public record BatchSettings(int maxRows, int maxBatchTokens, Duration maxWait, int maxQueueTokens) {
    public static final BatchSettings DEFAULT = new BatchSettings(64, 8192, Duration.ofMillis(3), 65536);

    public BatchSettings {
        require("batch.maxRows", maxRows, 1, 4096);
        require("batch.maxTokens", maxBatchTokens, 16, 1 << 24);
        require("batch.maxWaitMillis", maxWait.toMillis(), 0, 1000);
        require("batch.maxQueueTokens", maxQueueTokens, 16, 1 << 28);
    }

    private static void require(String key, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException("%s (%d) must be between %d and %d".formatted(key, value, min, max));
        }
    }
}
