package dev.busbar.server.wire;

/** A request that can't be understood. The message is for the person who reads the pod's events. */
public final class WireException extends RuntimeException {
    private final String why;

    public WireException(String why) {
        super(why, null, false, false);
        this.why = why;
    }

    public String why() {
        return why;
    }
}
