package dev.busbar.translator.batch;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** How much waits and runs, and how fast it goes. */
public final class Load {
    private final AtomicInteger waitingRequests = new AtomicInteger();
    private final AtomicInteger runningRequests = new AtomicInteger();
    private final AtomicInteger runningRows = new AtomicInteger();
    private final AtomicInteger waitingTokens = new AtomicInteger();

    /** Tokens per second of late, in thousandths; 0 = not known yet. */
    private final AtomicLong pace = new AtomicLong();

    Load() {}

    /** Requests of which no sentence has begun. */
    public int waitingRequests() {
        return waitingRequests.get();
    }

    public int runningRequests() {
        return runningRequests.get();
    }

    public int runningRows() {
        return runningRows.get();
    }

    public int waitingTokens() {
        return waitingTokens.get();
    }

    void requestArrived(int tokens) {
        waitingRequests.incrementAndGet();
        waitingTokens.addAndGet(tokens);
    }

    void requestLeft() {
        waitingRequests.decrementAndGet();
    }

    void requestStarted() {
        waitingRequests.decrementAndGet();
        runningRequests.incrementAndGet();
    }

    void requestDone() {
        runningRequests.decrementAndGet();
    }

    void dropped(int tokens) {
        waitingTokens.addAndGet(-tokens);
    }

    void batchStarted(int rows, int tokens) {
        runningRows.addAndGet(rows);
        waitingTokens.addAndGet(-tokens);
    }

    void putBack(int tokens) {
        waitingTokens.addAndGet(tokens);
    }

    void batchEnded(int rows) {
        runningRows.addAndGet(-rows);
    }

    void served(int tokens, Duration took) {
        long now = (long) (tokens * 1e12 / Math.max(1, took.toNanos()));
        pace.updateAndGet(before -> before == 0 ? now : (before * 7 + now) / 8);
    }

    /** Between one second and a minute: what clients are told to wait. */
    Duration timeToServe(int tokens) {
        long perSecond = Math.max(1, pace.get() / 1000);
        return Duration.ofSeconds(Math.clamp(tokens / perSecond, 1, 60));
    }
}
