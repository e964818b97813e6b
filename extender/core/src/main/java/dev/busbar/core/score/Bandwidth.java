package dev.busbar.core.score;

import dev.busbar.core.candidate.CandidateSets;
import dev.busbar.core.topology.GpuSet;
import dev.busbar.core.topology.LinkMatrix;
import java.util.Arrays;
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

    /** Up to so many GPUs every set has a place in a table; 2^16 sets are half a megabyte. */
    private static final int LARGEST_TABLE = 16;

    /** More subsets than these are not compared one by one. */
    private static final long MOST_SUBSETS = 20_000;

    private static final int MOST_TABLES = 512;

    private final Map<LinkMatrix, double[]> tables = new ConcurrentHashMap<>();

    public double gigabytesPerSecond(LinkMatrix links, GpuSet set) {
        if (links.size() > LARGEST_TABLE) {
            return compute(links, set);
        }
        var table = table(links);
        int place = (int) set.bits();
        double known = table[place];
        if (Double.isNaN(known)) {
            known = compute(links, set);
            table[place] = known;
        }
        return known;
    }

    private double[] table(LinkMatrix links) {
        var table = tables.get(links);
        if (table != null) {
            return table;
        }
        if (tables.size() >= MOST_TABLES) {
            tables.clear();
        }
        return tables.computeIfAbsent(links, matrix -> {
            var fresh = new double[1 << matrix.size()];
            Arrays.fill(fresh, Double.NaN);
            return fresh;
        });
    }

    private static double compute(LinkMatrix links, GpuSet set) {
        return switch (set.count()) {
            case 0 -> 0;
            case 1 -> ALONE;
            case 2 -> links.gigabytesPerSecond(set.lowest(), set.minus(GpuSet.of(set.lowest())).lowest());
            default -> several(links, set);
        };
    }

    private static double several(LinkMatrix links, GpuSet set) {
        if (!links.switched()) {
            return new Rings(links, set).all();
        }
        if (links.allNvLinked(set)) {
            return slowestPair(links, set);
        }
        return new Rings(links, set).best();
    }

    private static double slowestPair(LinkMatrix links, GpuSet set) {
        double slowest = Double.POSITIVE_INFINITY;
        int[] gpus = set.indices().toArray();
        for (int i = 0; i < gpus.length; i++) {
            for (int j = i + 1; j < gpus.length; j++) {
                slowest = Math.min(slowest, links.gigabytesPerSecond(gpus[i], gpus[j]));
            }
        }
        return slowest;
    }

    /** The best set of a size among the free GPUs, the first in ascending order among equals; none if too few. */
    public GpuSet best(LinkMatrix links, GpuSet free, int size) {
        if (size <= 0 || free.count() < size) {
            return GpuSet.NONE;
        }
        if (size == 1) {
            return GpuSet.of(free.lowest());
        }
        if (links.switched() && links.allNvLinked(free)) {
            return firstOf(free, size);
        }
        if (CandidateSets.count(free.count(), size) > MOST_SUBSETS) {
            return grown(links, free, size);
        }
        long best = 0;
        double most = -1;
        for (var sets = new CandidateSets(free, size); sets.next(); ) {
            double speed = gigabytesPerSecond(links, new GpuSet(sets.bits()));
            if (speed > most) {
                most = speed;
                best = sets.bits();
            }
        }
        return new GpuSet(best);
    }

    private static GpuSet firstOf(GpuSet free, int size) {
        return new GpuSet(Long.expand(GpuSet.first(size).bits(), free.bits()));
    }

    /** From each GPU, the one that is linked best to those taken so far joins next; the best of these sets. */
    private GpuSet grown(LinkMatrix links, GpuSet free, int size) {
        GpuSet best = GpuSet.NONE;
        double most = -1;
        for (int seed : free.indices().toArray()) {
            var set = GpuSet.of(seed);
            while (set.count() < size) {
                set = set.with(nearest(links, set, free.minus(set)));
            }
            double speed = gigabytesPerSecond(links, set);
            if (speed > most) {
                most = speed;
                best = set;
            }
        }
        return best;
    }

    private static int nearest(LinkMatrix links, GpuSet set, GpuSet others) {
        int nearest = others.lowest();
        double most = -1;
        for (int other : others.indices().toArray()) {
            double sum = set.indices().mapToDouble(gpu -> links.gigabytesPerSecond(gpu, other)).sum();
            if (sum > most) {
                most = sum;
                nearest = other;
            }
        }
        return nearest;
    }

    /** Whether a ring of NVLink alone joins the set; one GPU needs no link. */
    public boolean hasNvLinkRing(LinkMatrix links, GpuSet set) {
        if (set.count() < 2 || links.allNvLinked(set)) {
            return true;
        }
        return set.count() > 2 && new NvLinkRing(links, set).exists();
    }

    /** A depth-first search for any ring that keeps to NVLink. */
    private record NvLinkRing(LinkMatrix links, GpuSet set) {
        boolean exists() {
            return extend(set.lowest(), 1L << set.lowest());
        }

        private boolean extend(int last, long seen) {
            if (seen == set.bits()) {
                return links.nvLinked(last).contains(set.lowest());
            }
            for (long rest = links.nvLinked(last).bits() & set.bits() & ~seen; rest != 0; rest &= rest - 1) {
                if (extend(Long.numberOfTrailingZeros(rest), seen | Long.lowestOneBit(rest))) {
                    return true;
                }
            }
            return false;
        }
    }
}
