package dev.busbar.server.lease;

import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Whether this Busbar is the one that decides, at this very moment. A process that was stopped for a while finds that
 * its tenure is over without asking anybody: it ends by the monotonic clock, which goes on meanwhile.
 */
public final class Tenure {
    private static final String ANOTHER = "another Busbar decides";

    private final LongSupplier nanos;
    private final boolean canEnd;
    private volatile boolean begun;
    private volatile long until;

    Tenure(LongSupplier nanos) {
        this(nanos, true);
    }

    private Tenure(LongSupplier nanos, boolean canEnd) {
        this.nanos = nanos;
        this.canEnd = canEnd;
    }

    /** One that waits for its Lease. */
    public static Tenure ofLease() {
        return new Tenure(System::nanoTime);
    }

    /** That of a Busbar that is alone. */
    public static Tenure always() {
        var tenure = new Tenure(() -> 0, false);
        tenure.extend(1);
        tenure.begin();
        return tenure;
    }

    /** Whether another may decide after us. */
    public boolean canEnd() {
        return canEnd;
    }

    public boolean lasts() {
        return begun && nanos.getAsLong() - until < 0;
    }

    /** Why we don't decide, in constant words; empty when we do. */
    public Optional<String> missing() {
        return lasts() ? Optional.empty() : Optional.of(ANOTHER);
    }

    /** The Lease is good until then; that alone does not begin a tenure. */
    void extend(long nanoTime) {
        until = nanoTime;
    }

    void begin() {
        begun = true;
    }

    void end() {
        begun = false;
    }
}
