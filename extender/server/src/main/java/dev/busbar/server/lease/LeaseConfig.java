package dev.busbar.server.lease;

import java.time.Duration;

/**
 * How it is settled who decides.
 *
 * @param identity who we are; empty for the host's name, which in a pod is the pod's
 * @param lasts how long the Lease is good without a renewal
 * @param renew how often it is renewed, or looked at
 */
public record LeaseConfig(Role role, String namespace, String name, String identity, Duration lasts, Duration renew) {
    /** What we have to do with the Lease. */
    public enum Role {
        /** There is none: this Busbar is alone and decides. */
        NONE,
        /** One of several takes it, and decides. */
        HOLD,
        /** It is the scheduler's: the Busbar beside the scheduler that leads decides. */
        FOLLOW
    }
}
