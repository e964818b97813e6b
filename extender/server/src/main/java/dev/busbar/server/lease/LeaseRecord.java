package dev.busbar.server.lease;

import java.time.Duration;

/**
 * A Lease object as it stands.
 *
 * @param holder empty when it was given back
 * @param lasts how long it is good without a renewal
 * @param transitions how often it has changed hands
 * @param version of the object: it changes with each renewal
 */
public record LeaseRecord(String holder, Duration lasts, int transitions, String version) {}
