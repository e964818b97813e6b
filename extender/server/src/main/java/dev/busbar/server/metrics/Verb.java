package dev.busbar.server.metrics;

import java.util.Locale;

/** The questions that kube-scheduler asks. */
public enum Verb {
    FILTER,
    PRIORITIZE,
    BIND,
    PREEMPT;

    /** As it stands in paths and labels. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
