package dev.busbar.translator.batch;

import java.time.Duration;

/** Why an order has no answer. */
public final class Refusal extends RuntimeException {
    /** What happened, for whoever has to answer the client. */
    public enum Reason {
        QUEUE_FULL,
        TOO_LATE,
        ABANDONED,
        DRAINING,
        NO_MEMORY,
        FAILED
    }

    static final Duration SOON = Duration.ofSeconds(1);

    private final Reason reason;
    private final String says;
    private final Duration retryAfter;

    Refusal(Reason reason, String message, Duration retryAfter) {
        super(message, null, false, false);
        this.reason = reason;
        says = message;
        this.retryAfter = retryAfter;
    }

    public Reason reason() {
        return reason;
    }

    /** What the client is told. */
    public String says() {
        return says;
    }

    /** When another try may fare better. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
