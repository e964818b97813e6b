package dev.busbar.core.score;

import java.util.List;
import java.util.SplittableRandom;

/** How much of a node's free CPU pods without GPUs could be expected to use, in milli. Immutable. */
final class UsableCpu {
    private static final int STEP = 500;
    private static final int STREAM = 16;
    private static final int SAMPLES = 200;
    private static final long SEED = 0x0c9a;

    private final float[] table;
    private final double cpuPerMemory;

    private UsableCpu(float[] table, double cpuPerMemory) {
        this.table = table;
        this.cpuPerMemory = cpuPerMemory;
    }

    /** Usable parts up to the most that a stream of pods of these shapes can ask; without shapes nothing is usable. */
    static UsableCpu by(List<Forecast.Frequency> shapes) {
        if (shapes.isEmpty()) {
            return new UsableCpu(new float[1], 1);
        }
        var streams = new int[SAMPLES][STREAM];
        var random = new SplittableRandom(SEED);
        int most = 0;
        for (int[] stream : streams) {
            int sum = 0;
            var drawn = Sequences.draw(shapes, STREAM, random);
            for (int i = 0; i < STREAM; i++) {
                stream[i] = shapes.get(drawn[i]).shape().cpuMilli();
                sum += stream[i];
            }
            most = Math.max(most, sum);
        }
        var table = new float[most / STEP + 2];
        for (int i = 0; i < table.length; i++) {
            table[i] = meanUse(streams, i * STEP);
        }
        return new UsableCpu(table, cpuPerMemory(shapes));
    }

    private static float meanUse(int[][] streams, int cpuMilli) {
        double used = 0;
        for (int[] stream : streams) {
            int free = cpuMilli;
            for (int ask : stream) {
                if (ask <= free) {
                    free -= ask;
                }
            }
            used += cpuMilli - free;
        }
        return (float) (used / streams.length);
    }

    private static double cpuPerMemory(List<Forecast.Frequency> shapes) {
        double cpu = 0;
        double memory = 0;
        for (var each : shapes) {
            cpu += each.frequency() * each.shape().cpuMilli();
            memory += each.frequency() * each.shape().memoryMib();
        }
        return memory == 0 ? Integer.MAX_VALUE : cpu / memory;
    }

    /** The memory that pods use which use that much CPU. */
    double memoryBeside(double cpuMilli) {
        return cpuMilli / cpuPerMemory;
    }

    /** Of this much free CPU beside this much free memory. */
    double of(int cpuMilli, int memoryMib) {
        double bound = Math.min(cpuMilli, memoryMib * cpuPerMemory);
        int step = (int) (bound / STEP);
        if (step >= table.length - 1) {
            return table[table.length - 1];
        }
        double part = bound / STEP - step;
        return table[step] + part * (table[step + 1] - table[step]);
    }
}
