package dev.busbar.testclusters;

/** A cluster for tests that could not be started or did not become what was awaited; it says where to look. */
public final class ClusterException extends RuntimeException {
    public ClusterException(String message) {
        super(message);
    }

    public ClusterException(String message, Throwable cause) {
        super(message, cause);
    }
}
