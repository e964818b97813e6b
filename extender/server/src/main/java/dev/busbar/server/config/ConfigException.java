package dev.busbar.server.config;

/** A configuration that can't take effect; the message names the key, its value and what to do. */
public final class ConfigException extends RuntimeException {
    public ConfigException(String message) {
        super(message);
    }
}
