package dev.busbar.core.score;

import dev.busbar.core.candidate.CandidateSets;
import dev.busbar.core.topology.GpuSet;
import dev.busbar.core.topology.LinkMatrix;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How fast the GPUs of one set can talk with each other, in effective GB/s of one direction.
 *
 * <p>The best ring's slowest link, plus that of the next ring over the NVLink capacity left, until no ring of NVLink
 * alone remains (NCCL runs several rings). Two GPUs: their link. Behind NVSwitches: the rate of one GPU, since each
 * ring passes each GPU. One GPU alone talks to nobody and counts 1, so that it is as good as any other; none is 0.
 *
 * <p>Results are kept per matrix, so machines of one kind are worked out once.
 */
public final class Bandwidth {
    /** GB/s that one GPU alone counts. */
    public static final double ALONE = 1;

    /** More subsets than these are not compared one by one. */
    private static final long MOST_SUBSETS = 20_000;

    /** More sets than these are compared by their best ring alone: eight GPUs have at most 70 of a size. */
    private static final long MOST_MEASURED = 128;

    /** Larger sets, too, are compared by their best ring alone. */
    private static final int LARGEST_MEASURED = 8;

    private static final int MOST_MACHINES = 512;

    private final Map<LinkMatrix, SetSpeeds> machines = new ConcurrentHashMap<>();

    public double gigabytesPerSecond(LinkMatrix links, GpuSet set) {
        return speeds(links).of(set);
    }

    /** The slowest link of the set's best ring: the same, but for rings beyond the first. */
    public double bottleneck(LinkMatrix links, GpuSet set) {
        return speeds(links).bottleneck(set);
    }

    private SetSpeeds speeds(LinkMatrix links) {
        var known = machines.get(links);
        if (known != null) {
            return known;
        }
        if (machines.size() >= MOST_MACHINES) {
            machines.clear();
        }
        return machines.computeIfAbsent(links, SetSpeeds::new);
    }

    /** The best set of a size among the free GPUs, the first in ascending order among equals; none if too few. */
    public GpuSet best(LinkMatrix links, GpuSet free, int size) {
        if (size <= 0 || free.count() < size) {
            return GpuSet.NONE;
        }
        if (size == 1) {
            return GpuSet.of(free.lowest());
        }
        if (speeds(links).areAllEqual() || (links.switched() && links.allNvLinked(free))) {
            return firstOf(free, size);
        }
        long subsets = CandidateSets.count(free.count(), size);
        if (subsets > MOST_SUBSETS) {
            return grown(links, free, size);
        }
        var speeds = speeds(links);
        long best = 0;
        double most = -1;
        for (var sets = new CandidateSets(free, size); sets.next(); ) {
            var set = new GpuSet(sets.bits());
            double speed = areTooMany(subsets, size) ? speeds.bottleneck(set) : speeds.of(set);
            if (speed > most) {
                most = speed;
                best = sets.bits();
            }
        }
        return new GpuSet(best);
    }

    /** Whether so many sets of a size are better compared by their best ring alone than by all rings of each. */
    public static boolean areTooMany(long sets, int size) {
        return sets > MOST_MEASURED || size > LARGEST_MEASURED;
    }

    private static GpuSet firstOf(GpuSet free, int size) {
        return new GpuSet(Long.expand(GpuSet.first(size).bits(), free.bits()));
    }

    /**
     * A set that is as good as the best as a rule, at a fraction of the steps: from each free GPU, the one with most
     * GB/s to those taken so far joins next. Of these sets the one with the fastest best ring, and of equals the one
     * that cuts the least bandwidth to the GPUs left free.
     */
    GpuSet grown(LinkMatrix links, GpuSet free, int size) {
        var speeds = speeds(links);
        GpuSet best = GpuSet.NONE;
        double fastest = -1;
        double leastCut = 0;
        for (long seeds = free.bits(); seeds != 0; seeds &= seeds - 1) {
            var bonds = new double[links.size()];
            var set = new GpuSet(Long.lowestOneBit(seeds));
            bond(links, bonds, set.lowest());
            while (set.count() < size) {
                int next = nearest(bonds, free.minus(set));
                set = set.with(next);
                bond(links, bonds, next);
            }
            double speed = speeds.bottleneck(set);
            double cut = sum(bonds, free.minus(set));
            if (speed > fastest || (speed == fastest && cut < leastCut)) {
                fastest = speed;
                leastCut = cut;
                best = set;
            }
        }
        return best;
    }

    private static void bond(LinkMatrix links, double[] bonds, int gpu) {
        for (int other = 0; other < bonds.length; other++) {
            bonds[other] += links.gigabytesPerSecond(gpu, other);
        }
    }

    private static int nearest(double[] bonds, GpuSet others) {
        int nearest = others.lowest();
        for (long rest = others.bits(); rest != 0; rest &= rest - 1) {
            int other = Long.numberOfTrailingZeros(rest);
            nearest = bonds[other] > bonds[nearest] ? other : nearest;
        }
        return nearest;
    }

    private static double sum(double[] bonds, GpuSet gpus) {
        double sum = 0;
        for (long rest = gpus.bits(); rest != 0; rest &= rest - 1) {
            sum += bonds[Long.numberOfTrailingZeros(rest)];
        }
        return sum;
    }

    /** Whether a ring of NVLink alone joins the set; one GPU needs no link. */
    public boolean hasNvLinkRing(LinkMatrix links, GpuSet set) {
        if (set.count() < 2 || links.allNvLinked(set)) {
            return true;
        }
        return set.count() > 2 && speeds(links).hasNvLinkRing(set);
    }
}
