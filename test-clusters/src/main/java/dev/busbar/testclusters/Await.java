package dev.busbar.testclusters;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for a condition of a system that runs beside us, and not longer than a deadline. */
public final class Await {
    private static final Duration PAUSE = Duration.ofMillis(20);

    private Await() {}

    /** Returns as soon as the condition holds; throws with the condition's name when the time is over. */
    public static void until(String what, Duration within, BooleanSupplier condition) {
        value(what, within, () -> condition.getAsBoolean() ? Optional.of(true) : Optional.empty());
    }

    /** The first value that is there. */
    public static <T> T value(String what, Duration within, Supplier<Optional<T>> source) {
        var end = System.nanoTime() + within.toNanos();
        while (true) {
            var value = source.get();
            if (value.isPresent()) {
                return value.get();
            }
            if (System.nanoTime() > end) {
                throw new ClusterException("%s: not within %d s".formatted(what, within.toSeconds()));
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }
}
