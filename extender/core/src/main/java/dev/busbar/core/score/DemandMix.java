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
    /** The forecast is made anew once the arrivals have grown by this part since the last one. */
    private static final double GROWTH = 0.25;

    /**
     * Before anything is known: whole GPUs, each doubling of the number half as frequent. It is a guess and nothing
     * more; the first arrivals outweigh it.
     */
    public static final List<Forecast.Frequency> PRIOR = List.of(
            new Forecast.Frequency(Shape.whole(0, 0, 1), 8 / 15.0),
            new Forecast.Frequency(Shape.whole(0, 0, 2), 4 / 15.0),
            new Forecast.Frequency(Shape.whole(0, 0, 4), 2 / 15.0),
            new Forecast.Frequency(Shape.whole(0, 0, 8), 1 / 15.0));

    /** What came so many arrivals ago counts half. */
    private static final double HALF_LIFE_ARRIVALS = 10_000;

    private final double decay;
    private final Map<Shape, Count> counts = new LinkedHashMap<>();
    private double weight = 1;
    private long arrivals;
    private long arrivalsAtForecast;
    private Forecast forecast = Forecast.NONE;

    /** A mix that begins with the guess, and follows what it sees. */
    public static DemandMix learning() {
        return new DemandMix(HALF_LIFE_ARRIVALS, PRIOR);
    }

    /** A mix that forgets and starts from nothing; {@link Double#POSITIVE_INFINITY} for one that never forgets. */
    public DemandMix(double halfLife) {
        this(halfLife, List.of());
    }

    /** A mix that starts from what is thought to come; all of it weighs as much as one arrival. */
    public DemandMix(double halfLife, List<Forecast.Frequency> prior) {
        if (!(halfLife > 0)) {
            throw new IllegalArgumentException("half-life (%s arrivals) must be positive".formatted(halfLife));
        }
        this.decay = Math.pow(2, -1 / halfLife);
        for (var each : prior) {
            counts.computeIfAbsent(each.shape().withMemory(0), key -> new Count())
                    .add(each.frequency(), each.shape().memoryMib());
        }
        if (!prior.isEmpty()) {
            renew();
        }
    }

    /** Counts an arrival. */
    public void arrived(Shape shape) {
        // Instead of lowering every count at each arrival, later arrivals weigh more.
        weight /= decay;
        arrivals++;
        counts.computeIfAbsent(shape.withMemory(0), key -> new Count()).add(weight, shape.memoryMib());
        if (weight > 1e100) {
            rescale();
        }
    }

    /** Makes the forecast anew if enough has arrived since the last one; true if so, as all derived from it is void. */
    public boolean renewIfDue() {
        if (arrivals < nextForecast()) {
            return false;
        }
        renew();
        return true;
    }

    /** Makes the forecast anew from the counts. */
    public void renew() {
        arrivalsAtForecast = arrivals;
        forecast = Forecast.of(frequencies(), effectiveArrivals());
    }

    public Forecast forecast() {
        return forecast;
    }

    private double nextForecast() {
        // A mix that forgets would hardly be renewed any more once arrivals outnumber what it remembers.
        return arrivalsAtForecast + Math.max(1, GROWTH * Math.min((double) arrivalsAtForecast, effectiveArrivals()));
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
