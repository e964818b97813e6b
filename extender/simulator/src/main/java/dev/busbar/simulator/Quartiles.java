package dev.busbar.simulator;

import java.util.stream.DoubleStream;

/** The least of some values, their quartiles and the largest. */
final class Quartiles {
    private static final int COUNT = 5;

    private Quartiles() {}

    /** All 0 where there are no values. */
    static double[] of(DoubleStream values) {
        double[] sorted = values.sorted().toArray();
        var five = new double[COUNT];
        for (int i = 0; i < COUNT && sorted.length > 0; i++) {
            five[i] = sorted[(sorted.length - 1) * i / (COUNT - 1)];
        }
        return five;
    }
}
