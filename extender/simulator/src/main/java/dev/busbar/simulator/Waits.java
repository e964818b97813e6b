package dev.busbar.simulator;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Seconds that pods have waited. */
final class Waits {
    private final List<Double> seconds = new ArrayList<>();

    void add(double waited) {
        seconds.add(waited);
    }

    double mean() {
        return seconds.stream().mapToDouble(Double::doubleValue).average().orElse(0);
    }

    /** The wait that so many of a hundred pods do not exceed. */
    double percentile(int percent) {
        if (seconds.isEmpty()) {
            return 0;
        }
        var sorted = new ArrayList<>(seconds);
        Collections.sort(sorted);
        return sorted.get(Math.ceilDiv(sorted.size() * percent, 100) - 1);
    }
}
