package dev.busbar.translator.serve;

import dev.busbar.translator.batch.Refusal;
import java.time.Duration;
import java.util.Optional;

/** An answer that is not the translation asked for: its status, and a text for the client. */
final class ApiError extends RuntimeException {
    private final int status;
    private final Optional<Duration> retryAfter;

    ApiError(int status, String message) {
        this(status, message, Optional.empty());
    }

    private ApiError(int status, String message, Optional<Duration> retryAfter) {
        super(message, null, false, false);
        this.status = status;
        this.retryAfter = retryAfter;
    }

    static ApiError of(Refusal refusal) {
        int status = switch (refusal.reason()) {
            case QUEUE_FULL -> 429;
            case DRAINING, NO_MEMORY -> 503;
            case TOO_LATE -> 504;
            case ABANDONED -> 499;
            case FAILED -> 500;
        };
        boolean retry = status == 429 || status == 503;
        return new ApiError(status, refusal.says(), retry ? Optional.of(refusal.retryAfter()) : Optional.empty());
    }

    static ApiError draining() {
        return new ApiError(503, "the server is shutting down", Optional.of(Duration.ofSeconds(1)));
    }

    int status() {
        return status;
    }

    Optional<Duration> retryAfter() {
        return retryAfter;
    }
}
