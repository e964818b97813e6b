package dev.busbar.core.cluster;

import java.util.Map;

/**
 * All that is free on a node, as a value: nodes made of the same parts that have equal room can do the same. Immutable.
 */
public final class FreeRoom {
    private final GpuRoom gpus;
    private final long cpuMilli;
    private final long memoryBytes;
    private final Map<Integer, Integer> cpusByNuma;
    private final int hash;

    FreeRoom(GpuRoom gpus, long cpuMilli, long memoryBytes, Map<Integer, Integer> cpusByNuma) {
        this.gpus = gpus;
        this.cpuMilli = cpuMilli;
        this.memoryBytes = memoryBytes;
        this.cpusByNuma = cpusByNuma;
        this.hash = 31 * (31 * (31 * gpus.hashCode() + Long.hashCode(cpuMilli)) + Long.hashCode(memoryBytes))
                + cpusByNuma.hashCode();
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || (other instanceof FreeRoom that
                        && hash == that.hash
                        && cpuMilli == that.cpuMilli
                        && memoryBytes == that.memoryBytes
                        && gpus.equals(that.gpus)
                        && cpusByNuma.equals(that.cpusByNuma));
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
