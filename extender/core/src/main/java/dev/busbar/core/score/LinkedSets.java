package dev.busbar.core.score;

import dev.busbar.core.candidate.CandidateSets;
import dev.busbar.core.topology.Gpu;
import dev.busbar.core.topology.GpuSet;
import dev.busbar.core.topology.LinkMatrix;
import dev.busbar.core.topology.NodeTopology;
import dev.busbar.core.workload.Conditions;
import dev.busbar.core.workload.Conditions.LinkNeed;
import dev.busbar.core.workload.Conditions.NumaNeed;
import java.util.IdentityHashMap;

/**
 * The sets that a pod would be given on one kind of machine: the best-linked that meets its conditions, and of equals
 * the one that cuts the least bandwidth to the GPUs left free. Answers are remembered. Not thread-safe.
 */
final class LinkedSets implements SetChoice {
    private static final int REMEMBERED = 1 << 16;

    private final NodeTopology machine;
    private final Bandwidth bandwidth;
    private final BestOfSize best;
    private final int identity;
    private final boolean interchangeable;
    private final IdentityHashMap<Conditions, Memo> chosen = new IdentityHashMap<>();
    private final Memo unconditional = new Memo(REMEMBERED);
    private final Memo qualities = new Memo(REMEMBERED);

    LinkedSets(NodeTopology machine, Bandwidth bandwidth, BestOfSize best, int identity) {
        this.machine = machine;
        this.bandwidth = bandwidth;
        this.best = best;
        this.identity = identity;
        this.interchangeable = isUniform(machine);
    }

    /** Whether all links are equal and no GPU sits elsewhere than the others. */
    private static boolean isUniform(NodeTopology machine) {
        LinkMatrix links = machine.links();
        for (Gpu gpu : machine.gpus()) {
            if (gpu.numaNode() != machine.gpus().getFirst().numaNode()) {
                return false;
            }
            for (int other = gpu.index() + 1; other < links.size(); other++) {
                if (links.gigabytesPerSecond(gpu.index(), other) != links.gigabytesPerSecond(0, 1)) {
                    return false;
                }
            }
        }
        return true;
    }

    @Override
    public long choose(long free, int gpus, Conditions conditions) {
        if (Long.bitCount(free) < gpus) {
            return 0;
        }
        if (isNone(conditions)) {
            return interchangeable
                    ? PLAIN.choose(free, gpus, conditions)
                    : remembered(unconditional, free, gpus, conditions);
        }
        return remembered(chosen.computeIfAbsent(conditions, any -> new Memo(REMEMBERED)), free, gpus, conditions);
    }

    /** Asks have this very object where they set no conditions; comparing what is in it would take most of a fill. */
    @SuppressWarnings("ReferenceEquality")
    private static boolean isNone(Conditions conditions) {
        return conditions == Conditions.NONE;
    }

    private long remembered(Memo memo, long free, int gpus, Conditions conditions) {
        long key = Room.mix(free * (Long.SIZE + 1) + gpus);
        long known = memo.get(key);
        if (known == Memo.UNKNOWN) {
            known = compute(free, gpus, conditions);
            memo.put(key, known);
        }
        return known;
    }

    private long compute(long free, int gpus, Conditions conditions) {
        if (conditions.numa() != NumaNeed.SINGLE) {
            return meeting(conditions, bestOf(free, gpus));
        }
        long most = 0;
        for (Gpu gpu : machine.gpus()) {
            long set = meeting(
                    conditions, bestOf(free & machine.onNuma(gpu.numaNode()).bits(), gpus));
            if (set != 0 && (most == 0 || speed(set) > speed(most))) {
                most = set;
            }
        }
        return most;
    }

    private long meeting(Conditions conditions, long set) {
        boolean met = set != 0
                && (conditions.minGigabytesPerSecond() == 0
                        || Long.bitCount(set) < 2
                        || speed(set) >= conditions.minGigabytesPerSecond())
                && (conditions.link() != LinkNeed.NVLINK || bandwidth.hasNvLinkRing(machine.links(), new GpuSet(set)));
        return met ? set : 0;
    }

    private long bestOf(long free, int gpus) {
        if (interchangeable || Long.bitCount(free) <= gpus) {
            return PLAIN.choose(free, gpus, Conditions.NONE);
        }
        if (Bandwidth.areTooMany(CandidateSets.count(Long.bitCount(free), gpus), gpus)) {
            return bandwidth.grown(machine.links(), new GpuSet(free), gpus).bits();
        }
        long most = 0;
        double fastest = 0;
        double leastCut = 0;
        var toFree = toFree(free);
        for (var sets = new CandidateSets(new GpuSet(free), gpus); sets.next(); ) {
            double speed = speed(sets.bits());
            if (most != 0 && speed < fastest) {
                continue;
            }
            double cut = cut(sets.bits(), toFree);
            if (most == 0 || speed > fastest || cut < leastCut) {
                most = sets.bits();
                fastest = speed;
                leastCut = cut;
            }
        }
        return most;
    }

    private double speed(long set) {
        return bandwidth.gigabytesPerSecond(machine.links(), new GpuSet(set));
    }

    /** The GB/s between each GPU and the free ones. */
    private double[] toFree(long free) {
        var sums = new double[machine.links().size()];
        for (int gpu = 0; gpu < sums.length; gpu++) {
            sums[gpu] = sum(gpu, free);
        }
        return sums;
    }

    /** The GB/s between the set and the GPUs that stay free. */
    private double cut(long set, double[] toFree) {
        double sum = 0;
        for (long rest = set; rest != 0; rest &= rest - 1) {
            int gpu = Long.numberOfTrailingZeros(rest);
            sum += toFree[gpu] - sum(gpu, set);
        }
        return sum;
    }

    private double sum(int gpu, long others) {
        double sum = 0;
        for (long rest = others & ~(1L << gpu); rest != 0; rest &= rest - 1) {
            sum += machine.links().gigabytesPerSecond(gpu, Long.numberOfTrailingZeros(rest));
        }
        return sum;
    }

    @Override
    public double quality(long set) {
        long key = Room.mix(set);
        long known = qualities.get(key);
        if (known == Memo.UNKNOWN) {
            known = Double.doubleToRawLongBits(best.quality(speed(set), Long.bitCount(set)));
            qualities.put(key, known);
        }
        return Double.longBitsToDouble(known);
    }

    @Override
    public int identity() {
        return identity;
    }

    @Override
    public boolean isInterchangeable() {
        return interchangeable;
    }
}
