package dev.busbar.server.prometheus;

import java.time.Duration;

/**
 * Which Prometheus is asked for measured GPU memory, and how often.
 *
 * @param url such as {@code http://prometheus.monitoring:9090}; empty asks nobody
 * @param tokenFile a file with the bearer token to show it; empty shows none
 * @param caFile a file in PEM with who signs its certificate; empty believes whom Java believes
 * @param timeout how long one answer may take
 * @param answerBytes how long one answer may be
 */
public record PrometheusConfig(
        String url, String tokenFile, String caFile, Duration every, Duration timeout, int answerBytes) {
    public boolean isAsked() {
        return !url.isEmpty();
    }
}
