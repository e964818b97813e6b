package dev.busbar.server.http;

import dev.busbar.server.metrics.ServerMetrics;
import dev.busbar.server.wake.Refusals;

/**
 * What answers the calls, and what notes how they were answered.
 *
 * @param answers whether the verbs may answer
 * @param ready what {@code /readyz} says
 */
public record Serving(Verbs verbs, Readiness answers, Readiness ready, ServerMetrics metrics, Refusals refusals) {}
