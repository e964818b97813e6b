package dev.busbar.core.placement;

import dev.busbar.core.topology.GpuSet;
import dev.busbar.core.topology.LinkMatrix;

/**
 * All ways to divide a few free GPUs into sets of one size. Where the sizes don't work out, one set of a division is
 * smaller than the others; which one that is makes part of the division. GPUs are numbered by their place among the free
 * ones.
 */
final class PluginDivisions {
    private final GpuSet free;
    private final int count;
    /** Points of a set of places. */
    private final int[] points;

    PluginDivisions(LinkMatrix links, GpuSet free, int count) {
        this.free = free;
        this.count = count;
        this.points = new int[1 << free.count()];
        var pairs = new PluginPoints(links);
        for (int set = 1; set < points.length; set++) {
            int rest = set & (set - 1);
            int lowest = gpus(set ^ rest).lowest();
            points[set] = points[rest] + pairs.between(lowest, gpus(rest).bits());
        }
    }

    /** The set with the most points of the division with the most; the first among equals. */
    GpuSet bestOfBest() {
        var first = firstSetsOfBest();
        int best = 0;
        for (int left = first.length - 1; left != 0; left ^= first[left]) {
            int set = first[left];
            // The plugin may fall for a set that is too small, and fails then; whatever it is given next is a full one.
            if (Integer.bitCount(set) == count && (best == 0 || points[set] > points[best])) {
                best = set;
            }
        }
        return gpus(best);
    }

    /** For each set of places that a division may leave, the first set of its best division. */
    private int[] firstSetsOfBest() {
        int small = free.count() % count;
        var most = new int[points.length];
        var first = new int[points.length];
        for (int left = 1; left < points.length; left++) {
            int over = Integer.bitCount(left) % count;
            if (over != 0 && over != small) {
                continue; // no division leaves so many
            }
            int lowest = Integer.lowestOneBit(left);
            int others = left ^ lowest;
            // Every subset of the others, the empty one last.
            for (int some = others; some >= 0; some = some == 0 ? -1 : (some - 1) & others) {
                int set = some | lowest;
                int size = Integer.bitCount(set);
                if (size != count && (over == 0 || size != small)) {
                    continue;
                }
                int sum = points[set] + most[left ^ set];
                if (first[left] == 0 || sum > most[left] || (sum == most[left] && comesBefore(set, first[left]))) {
                    most[left] = sum;
                    first[left] = set;
                }
            }
        }
        return first;
    }

    /** In the order of the lists of places, where the small set has its gaps at the end, behind all places. */
    private static boolean comesBefore(int set, int other) {
        return (Integer.lowestOneBit(set ^ other) & set) != 0;
    }

    private GpuSet gpus(int places) {
        return new GpuSet(Long.expand(places, free.bits()));
    }
}
