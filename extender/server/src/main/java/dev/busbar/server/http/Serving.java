package dev.busbar.server.http;

import dev.busbar.server.metrics.ServerMetrics;
import dev.busbar.server.wake.Refusals;

/** What answers the calls, and what notes how they were answered. */
public record Serving(Verbs verbs, Readiness readiness, ServerMetrics metrics, Refusals refusals) {}
