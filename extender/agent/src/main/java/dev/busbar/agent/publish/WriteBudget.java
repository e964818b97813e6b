package dev.busbar.agent.publish;

import java.time.Duration;
import java.time.Instant;

/** How many writes a node may make: a few at once, and {@link #PER_HOUR} in the long run. */
final class WriteBudget {

    static final int AT_ONCE = 20;
    static final int PER_HOUR = 120;
    private static final Duration EACH = Duration.ofHours(1).dividedBy(PER_HOUR);

    private int left = AT_ONCE;
    private Instant filled;

    WriteBudget(Instant now) {
        this.filled = now;
    }

    boolean take(Instant now) {
        long grown = Math.max(Duration.between(filled, now).dividedBy(EACH), 0);
        filled = filled.plus(EACH.multipliedBy(grown));
        left = (int) Math.min(left + grown, AT_ONCE);
        if (left == 0) {
            return false;
        }
        left--;
        return true;
    }
}
