package dev.busbar.agent;

import dev.busbar.files.gputopology.Health;

/** How a GPU is, and one constant sentence that says why; empty when it is healthy. */
record Condition(Health health, String reason) {

    static final Condition HEALTHY = new Condition(Health.HEALTHY, "");

    static Condition degraded(String reason) {
        return new Condition(Health.DEGRADED, reason);
    }

    static Condition lost(String reason) {
        return new Condition(Health.LOST, reason);
    }

    /** The worse of the two; this one when they are alike. */
    Condition or(Condition other) {
        return other.health.compareTo(health) > 0 ? other : this;
    }
}
