package dev.busbar.server.wire;

/** A request that can't be understood. The message is for the person who reads the pod's events. */
public final class WireException extends RuntimeException {
    public WireException(String message) {
        super(message, null, false, false);
    }
}
