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

    private static final int MOST_MACHINES = 512;

    private final Map<LinkMatrix, SetSpeeds> machines = new ConcurrentHashMap<>();

    public double gigabytesPerSecond(LinkMatrix links, GpuSet set) {
        return speeds(links).of(set);
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
            double sum = set.indices()
                    .mapToDouble(gpu -> links.gigabytesPerSecond(gpu, other))
                    .sum();
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
        return set.count() > 2 && speeds(links).hasNvLinkRing(set);
    }
}
