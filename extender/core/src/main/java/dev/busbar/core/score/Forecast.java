package dev.busbar.core.score;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A snapshot of the mix of asks: how often each shape comes, and what follows from it for the pods to come. Immutable.
 *
 * @param frequencies all shapes, the most frequent first; their frequencies add up to 1
 * @param arrivals the number of arrivals it was learnt from
 */
public record Forecast(List<Frequency> frequencies, double arrivals) {
    /** Nothing was seen yet. */
    public static final Forecast NONE = new Forecast(List.of(), 0);

    /** The most frequent shapes that cover this part of the arrivals are typical. */
    private static final double TYPICAL = 0.95;

    public Forecast {
        frequencies = List.copyOf(frequencies);
    }

    static Forecast of(List<Frequency> frequencies, double arrivals) {
        var sorted = new ArrayList<>(frequencies);
        sorted.sort(Comparator.comparingDouble(Frequency::frequency).reversed());
        return new Forecast(sorted, arrivals);
    }

    /** The most frequent shapes that cover 95 % of the arrivals, renormalised. */
    public List<Frequency> typical() {
        double covered = 0;
        int count = 0;
        while (count < frequencies.size() && covered < TYPICAL) {
            covered += frequencies.get(count++).frequency();
        }
        return renormalised(frequencies.subList(0, count));
    }

    List<Frequency> typicalWithGpus() {
        return renormalised(typical().stream().filter(f -> f.shape().gpus() > 0).toList());
    }

    List<Frequency> typicalWithoutGpus() {
        return renormalised(
                typical().stream().filter(f -> f.shape().gpus() == 0).toList());
    }

    /** Milli that an arriving pod asks in the mean, pods without GPUs included. */
    double meanMilli() {
        double mean = 0;
        for (var each : frequencies) {
            mean += each.frequency() * each.shape().gpus() * each.shape().milli();
        }
        return mean;
    }

    private static List<Frequency> renormalised(List<Frequency> some) {
        double sum = some.stream().mapToDouble(Frequency::frequency).sum();
        return some.stream()
                .map(f -> new Frequency(f.shape(), f.frequency() / sum))
                .toList();
    }

    /** How often a shape comes, as a part of all arrivals. */
    public record Frequency(Shape shape, double frequency) {}
}
