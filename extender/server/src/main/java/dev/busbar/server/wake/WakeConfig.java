package dev.busbar.server.wake;

/**
 * How eagerly waiting pods are woken.
 *
 * @param perSecond pods in a second at most; 0 for never
 */
public record WakeConfig(int perSecond) {}
