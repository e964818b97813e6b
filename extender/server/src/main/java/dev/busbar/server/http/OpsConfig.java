package dev.busbar.server.http;

/**
 * A second, plain listener with nothing but health, readiness and metrics.
 *
 * @param host empty for no such listener
 * @param port 0 for any that is free
 */
public record OpsConfig(String host, int port) {
    public static final OpsConfig NONE = new OpsConfig("", 0);

    public boolean isOn() {
        return !host.isEmpty();
    }
}
