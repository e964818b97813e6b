package dev.busbar.core.score;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The asks seen lately, counted by shape. Learns from every arrival, served or not; what was seen {@code halfLife}
 * arrivals ago counts half. Not safe for use by several threads at once.
 */
public final class DemandMix {
    /** The snapshot is made anew once the arrivals have grown by this part since the last one. */
    private static final double GROWTH = 0.25;

    private final double decay;
    private final Map<Shape, Count> counts = new LinkedHashMap<>();
    private double weight = 1;
    private long arrivals;
    private long arrivalsAtSnapshot;
    private Forecast forecast = Forecast.NONE;

    /** A mix that forgets; {@link Double#POSITIVE_INFINITY} for one that never does. */
    public DemandMix(double halfLife) {
        if (!(halfLife > 0)) {
            throw new IllegalArgumentException("half-life (%s arrivals) must be positive".formatted(halfLife));
        }
        this.decay = Math.pow(2, -1 / halfLife);
    }

    /** Counts one arrival; true if the snapshot was made anew, so that what was derived from the last one is void. */
    public boolean arrived(Shape shape) {
        count(shape, 1);
        if (arrivalsAtSnapshot != 0 && arrivals < nextSnapshot()) {
            return false;
        }
        refresh();
        return true;
    }

    /** Counts arrivals known beforehand, such as the pods that exist at a restart; {@link #refresh} follows. */
    public void count(Shape shape, int times) {
        // Instead of lowering every count at each arrival, later arrivals weigh more.
        weight /= Math.pow(decay, times);
        arrivals += times;
        var count = counts.computeIfAbsent(shape.withMemory(0), key -> new Count());
        count.add(times * weight, shape.memoryMib());
        if (weight > 1e100) {
            rescale();
        }
    }

    /** Makes the snapshot anew from the counts. */
    public void refresh() {
        arrivalsAtSnapshot = arrivals;
        forecast = Forecast.of(frequencies(), effectiveArrivals());
    }

    public Forecast forecast() {
        return forecast;
    }

    private double nextSnapshot() {
        // A mix that forgets would hardly be renewed any more once arrivals outnumber what it remembers.
        return arrivalsAtSnapshot + Math.max(1, GROWTH * Math.min((double) arrivalsAtSnapshot, effectiveArrivals()));
    }

    /** The arrivals that still count, each by its weight. */
    private double effectiveArrivals() {
        double sum = 0;
        for (var count : counts.values()) {
            sum += count.weight;
        }
        return sum / weight;
    }

    private List<Forecast.Frequency> frequencies() {
        double sum = effectiveArrivals() * weight;
        var frequencies = new ArrayList<Forecast.Frequency>();
        counts.forEach((shape, count) ->
                frequencies.add(new Forecast.Frequency(shape.withMemory(count.memoryMib()), count.weight / sum)));
        return frequencies;
    }

    private void rescale() {
        double divisor = weight;
        weight = 1;
        for (var count : new HashMap<>(counts).entrySet()) {
            count.getValue().divide(divisor);
            if (count.getValue().weight < 1e-3) {
                counts.remove(count.getKey());
            }
        }
    }

    /** How often a shape came, later arrivals weighing more, and the memory these asked. */
    private static final class Count {
        private double weight;
        private double weightedMemory;

        void add(double by, int memoryMib) {
            weight += by;
            weightedMemory += by * memoryMib;
        }

        void divide(double by) {
            weight /= by;
            weightedMemory /= by;
        }

        int memoryMib() {
            return (int) Math.round(weightedMemory / weight);
        }
    }
}
