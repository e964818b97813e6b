package dev.busbar.server.lease;

import java.util.Optional;

/**
 * What to do about a Lease, by what it says and for how long it has said so. Time is this process's own in nanoseconds:
 * the clocks of two hosts differ, so what a Lease says of the time is not believed.
 */
final class Contest {
    private final LeaseConfig.Role role;
    private final String self;
    private Optional<LeaseRecord> last = Optional.empty();
    private long since;

    Contest(LeaseConfig.Role role, String self) {
        this.role = role;
        this.self = self;
    }

    /** What comes next. */
    sealed interface Step {
        /** There is no Lease: make one. */
        record Create() implements Step {}

        /** The holder has given it back, or has not renewed it for as long as it lasts. */
        record Take(LeaseRecord from) implements Step {}

        record Renew(LeaseRecord own) implements Step {}

        /** The scheduler beside us leads, by a renewal seen at that time. */
        record Lead(LeaseRecord of, long since) implements Step {}

        /** Another decides, or nobody; its name is empty then. */
        record Stand(String holder) implements Step {}
    }

    Step next(Optional<LeaseRecord> seen, long now) {
        if (!seen.equals(last)) {
            last = seen;
            since = now;
        }
        return role == LeaseConfig.Role.FOLLOW ? follow(seen, now) : hold(seen, now);
    }

    private Step hold(Optional<LeaseRecord> seen, long now) {
        if (seen.isEmpty()) {
            return new Step.Create();
        }
        var lease = seen.get();
        if (lease.holder().equals(self)) {
            return new Step.Renew(lease);
        }
        return lease.holder().isEmpty() || isOver(lease, now) ? new Step.Take(lease) : new Step.Stand(lease.holder());
    }

    /** kube-scheduler's identity is the host's name, an underscore and a UUID. */
    private Step follow(Optional<LeaseRecord> seen, long now) {
        return seen.filter(lease -> lease.holder().startsWith(self + "_") && !isOver(lease, now))
                .<Step>map(lease -> new Step.Lead(lease, since))
                .orElseGet(() -> new Step.Stand(seen.map(LeaseRecord::holder).orElse("")));
    }

    private boolean isOver(LeaseRecord lease, long now) {
        return now - since > lease.lasts().toNanos();
    }
}
