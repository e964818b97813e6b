package dev.busbar.server.http;

import java.time.Duration;

/**
 * What is kept of past decisions for people who ask why.
 *
 * @param nodeVerdicts how many verdicts on nodes are kept over all decisions
 */
public record ExplainConfig(Duration keep, int nodeVerdicts) {}
