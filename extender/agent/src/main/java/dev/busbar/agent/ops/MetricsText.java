package dev.busbar.agent.ops;

import java.util.Locale;

/** Prometheus' text format, as far as a handful of numbers need it: a library would cost more than they do. */
final class MetricsText {
    private final StringBuilder text = new StringBuilder();
    private String name = "";

    MetricsText gauge(String metric, String help) {
        return begin(metric, "gauge", help);
    }

    MetricsText counter(String metric, String help) {
        return begin(metric, "counter", help);
    }

    private MetricsText begin(String metric, String type, String help) {
        name = metric;
        text.append("# HELP %s %s\n# TYPE %s %s\n".formatted(metric, help, metric, type));
        return this;
    }

    /** The value of the metric that was begun last. */
    MetricsText value(double value) {
        text.append(String.format(Locale.ROOT, "%s %s\n", name, value));
        return this;
    }

    MetricsText value(String label, String labelValue, long value) {
        text.append(String.format(Locale.ROOT, "%s{%s=\"%s\"} %s\n", name, label, labelValue, value));
        return this;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
