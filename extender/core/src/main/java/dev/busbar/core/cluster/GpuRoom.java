package dev.busbar.core.cluster;

import dev.busbar.core.cluster.NodeUse.Attribution;
import dev.busbar.core.topology.GpuSet;
import dev.busbar.core.topology.NodeTopology;
import dev.busbar.core.workload.GpuAsk;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/**
 * What is free of each GPU of a node, after promises and measurements.
 *
 * <p>Memory: {@code free = total - sum over its pods of max(promised, measured of that pod) - measured of no known
 * pod}. Where a sample cannot be told apart by process, {@code free = total - max(sum of promises, measured) - promises
 * of pods that the sample is too old to know}, an upper bound. Beside a process of no known pod a part of the GPU stays
 * free, since nobody bounds what it will take.
 */
final class GpuRoom {
    /** What a process that only holds a CUDA context may take of a GPU that still counts as free. */
    static final long CONTEXT_BYTES = 1L << 30;

    /** Beside a stranger's process one in so many parts of the GPU's memory stays free. */
    private static final int MARGIN = 16;

    private final GpuSet free;
    private final GpuSet shareable;
    private final long[] memory;
    private final int[] milli;

    private GpuRoom(GpuSet free, GpuSet shareable, long[] memory, int[] milli) {
        this.free = free;
        this.shareable = shareable;
        this.memory = memory;
        this.milli = milli;
    }

    static GpuRoom of(NodeTopology topology, NodeUse use, List<Holding> holdings) {
        int count = topology.gpus().size();
        var milli = new int[count];
        var promised = new long[count];
        long whole = 0;
        long touched = 0;
        int unnamed = 0;
        for (var holding : holdings) {
            unnamed += holding.unnamed();
            long bits = holding.gpus().and(topology.all()).bits();
            touched |= holds(holding) ? bits : 0;
            switch (holding.ask().devices()) {
                case GpuAsk.None none -> {}
                case GpuAsk.Whole all -> whole |= bits;
                case GpuAsk.Share share -> {
                    for (long rest = bits; rest != 0; rest &= rest - 1) {
                        int gpu = Long.numberOfTrailingZeros(rest);
                        milli[gpu] += share.milli();
                        promised[gpu] += share.memoryBytes();
                    }
                }
            }
        }
        // Nobody has named these GPUs yet: the stock plugin of a node without better knowledge begins at the lowest.
        for (long rest = topology.usable().bits() & ~touched; rest != 0 && unnamed > 0; rest &= rest - 1, unnamed--) {
            whole |= rest & -rest;
        }
        return measured(topology, use, holdings, whole, touched, milli, promised);
    }

    /** A pod that asks no GPU takes none by its annotation alone: only what the agent has seen it use counts. */
    private static boolean holds(Holding holding) {
        return !(holding.ask().devices() instanceof GpuAsk.None) || holding instanceof Holding.Observed;
    }

    private static GpuRoom measured(
            NodeTopology topology,
            NodeUse use,
            List<Holding> holdings,
            long whole,
            long touched,
            int[] milli,
            long[] promised) {
        int count = topology.gpus().size();
        var memory = new long[count];
        long occupied = 0;
        for (int gpu = 0; gpu < count; gpu++) {
            memory[gpu] = topology.gpus().get(gpu).memoryBytes() - promised[gpu];
            milli[gpu] = GpuAsk.MILLI_PER_GPU - milli[gpu];
        }
        for (var sample : use.gpus()) {
            int gpu = sample.index();
            if (gpu < 0 || gpu >= count || sample.attribution() == Attribution.OUTDATED) {
                continue;
            }
            long total = topology.gpus().get(gpu).memoryBytes();
            memory[gpu] = total - taken(sample, use.observedAt(), holdings, total);
            if (total - promised[gpu] - memory[gpu] > CONTEXT_BYTES) {
                occupied |= 1L << gpu;
            }
        }
        long shareable = 0;
        for (var gpu : topology.gpus()) {
            int i = gpu.index();
            if ((whole & 1L << i) != 0 || !gpu.health().isOffered()) {
                memory[i] = 0;
                milli[i] = 0;
            } else {
                shareable |= 1L << i;
            }
        }
        var free = new GpuSet(topology.usable().bits() & ~whole & ~touched & ~occupied);
        return new GpuRoom(free, new GpuSet(shareable), memory, milli);
    }

    private static long taken(NodeUse.GpuUse sample, Instant at, List<Holding> holdings, long total) {
        long promised = 0;
        long young = 0;
        long known = 0;
        long byPod = 0;
        for (var holding : holdings) {
            if (!holding.gpus().contains(sample.index()) || !(holding.ask().devices() instanceof GpuAsk.Share share)) {
                continue;
            }
            long own = sample.byPod().getOrDefault(holding.pod().key().uid(), 0L);
            known += own;
            byPod += Math.max(share.memoryBytes(), own);
            if (holding.isYoungerThan(at)) {
                young += share.memoryBytes();
            } else {
                promised += share.memoryBytes();
            }
        }
        if (sample.attribution() == Attribution.TOTAL_ONLY) {
            return young + Math.max(promised, sample.usedBytes());
        }
        long strangers = Math.max(0, sample.usedBytes() - known);
        return byPod + strangers + (strangers > CONTEXT_BYTES ? total / MARGIN : 0);
    }

    GpuSet free() {
        return free;
    }

    GpuSet shareable() {
        return shareable;
    }

    long freeMemoryBytes(int gpu) {
        return memory[gpu];
    }

    int freeMilli(int gpu) {
        return milli[gpu];
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || (other instanceof GpuRoom that
                        && free.equals(that.free)
                        && shareable.equals(that.shareable)
                        && Arrays.equals(memory, that.memory)
                        && Arrays.equals(milli, that.milli));
    }

    @Override
    public int hashCode() {
        return 31 * (31 * (31 * free.hashCode() + shareable.hashCode()) + Arrays.hashCode(memory))
                + Arrays.hashCode(milli);
    }
}
