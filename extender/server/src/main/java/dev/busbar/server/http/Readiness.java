package dev.busbar.server.http;

import java.util.Optional;

/** Whether the cluster is known well enough to answer. */
@FunctionalInterface
public interface Readiness {
    /** Why not, in constant words; empty when it is. */
    Optional<String> missing();
}
