package dev.busbar.core.score;

import java.util.List;
import java.util.SplittableRandom;

/** Draws of shapes as they might arrive, by frequency. */
final class Sequences {
    private Sequences() {}

    /**
     * Indices of shapes in a random order. The draws are stratified (one from each equal part of the distribution), so
     * that even a short sequence holds about as many of each shape as it should.
     */
    static short[] draw(List<Forecast.Frequency> shapes, int length, SplittableRandom random) {
        var drawn = new short[length];
        short shape = 0;
        double upTo = shapes.getFirst().frequency();
        for (int i = 0; i < length; i++) {
            double at = (i + random.nextDouble()) / length;
            while (at >= upTo && shape < shapes.size() - 1) {
                upTo += shapes.get(++shape).frequency();
            }
            drawn[i] = shape;
        }
        for (int i = length - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            short swapped = drawn[i];
            drawn[i] = drawn[other];
            drawn[other] = swapped;
        }
        return drawn;
    }
}
