package dev.busbar.core.score;

import dev.busbar.core.topology.GpuSet;
import dev.busbar.core.topology.Link;
import dev.busbar.core.topology.LinkMatrix;
import java.util.Arrays;
import java.util.BitSet;

/**
 * GB/s of every set of one machine's GPUs. Up to {@value #LARGEST_TABLE} GPUs the bottleneck of the best ring is worked
 * out for all sets together: for each speed that a link has, one pass over the sets tells which have a ring of links
 * at least that fast. The rings after the best one are looked for only where NVLink alone makes a ring, when first
 * asked. Safe for use by several threads at once: what is written twice is the same.
 */
final class SetSpeeds {
    /** 2^16 sets are half a megabyte. */
    private static final int LARGEST_TABLE = 16;

    private final LinkMatrix links;
    private final double everyLink;
    /** The bottleneck of each set's best ring. */
    private final double[] table;

    /** All rings of each set that NVLink alone joins, not a number where nobody asked yet. */
    private final double[] sums;

    private final BitSet nvLinkRings;

    SetSpeeds(LinkMatrix links) {
        this.links = links;
        this.everyLink = everyLink(links);
        boolean tabled = everyLink == 0 && links.size() <= LARGEST_TABLE;
        this.table = new double[tabled ? 1 << links.size() : 0];
        this.nvLinkRings = new BitSet(table.length);
        if (tabled) {
            fill();
        }
        this.sums = new double[nvLinkRings.isEmpty() || links.switched() ? 0 : table.length];
        Arrays.fill(sums, Double.NaN);
    }

    /** The speed of all links where all are PCIe and equally fast, 0 elsewhere. */
    private static double everyLink(LinkMatrix links) {
        for (int a = 0; a < links.size(); a++) {
            for (int b = a + 1; b < links.size(); b++) {
                if (!(links.link(a, b) instanceof Link.Pcie)
                        || links.gigabytesPerSecond(a, b) != links.gigabytesPerSecond(0, 1)) {
                    return 0;
                }
            }
        }
        return links.size() < 2 ? 0 : links.gigabytesPerSecond(0, 1);
    }

    /** Whether any two GPUs are linked like any other two. */
    boolean areAllEqual() {
        return everyLink > 0;
    }

    double of(GpuSet set) {
        int count = set.count();
        if (count < 2) {
            return count * Bandwidth.ALONE;
        }
        if (everyLink > 0) {
            return everyLink;
        }
        if (table.length == 0) {
            return several(set);
        }
        int place = (int) set.bits();
        if (sums.length == 0 || !nvLinkRings.get(place)) {
            return table[place];
        }
        if (Double.isNaN(sums[place])) {
            sums[place] = new Rings(links, set).all(table[place]);
        }
        return sums[place];
    }

    /** The best ring alone: all that is looked at where thousands of sets are compared. */
    double bottleneck(GpuSet set) {
        int count = set.count();
        if (count < 2) {
            return count * Bandwidth.ALONE;
        }
        if (everyLink > 0) {
            return everyLink;
        }
        if (table.length > 0) {
            return table[(int) set.bits()];
        }
        return links.switched() && links.allNvLinked(set) ? slowestPair(set) : new Rings(links, set).best();
    }

    /** Whether a ring of NVLink alone joins the set of three or more. */
    boolean hasNvLinkRing(GpuSet set) {
        return table.length == 0 ? new NvLinkRing(links, set).exists() : nvLinkRings.get((int) set.bits());
    }

    private double several(GpuSet set) {
        if (links.switched() && links.allNvLinked(set)) {
            return slowestPair(set);
        }
        var rings = new Rings(links, set);
        return links.switched() || set.count() == 2 ? rings.best() : rings.all(0);
    }

    private double slowestPair(GpuSet set) {
        double slowest = Double.POSITIVE_INFINITY;
        for (long a = set.bits(); a != 0; a &= a - 1) {
            for (long b = a & (a - 1); b != 0; b &= b - 1) {
                slowest = Math.min(
                        slowest,
                        links.gigabytesPerSecond(Long.numberOfTrailingZeros(a), Long.numberOfTrailingZeros(b)));
            }
        }
        return slowest;
    }

    /** From the slowest speed on: a ring of faster links is one of slower links, too. */
    private void fill() {
        double[] speeds = speeds();
        int[] nvLinked = nvLinked();
        var ringSets = new RingSets(links.size());
        boolean nvLinksAreFastest = false;
        for (double speed : speeds) {
            int[] neighbours = atLeast(speed);
            var rings = ringSets.over(neighbours);
            for (int set = rings.nextSetBit(0); set >= 0; set = rings.nextSetBit(set + 1)) {
                table[set] = speed;
            }
            if (Arrays.equals(neighbours, nvLinked)) {
                nvLinkRings.or(rings);
                nvLinksAreFastest = true;
            }
        }
        if (!nvLinksAreFastest) {
            nvLinkRings.or(new RingSets(links.size()).over(nvLinked));
        }
        for (int a = 0; a < links.size(); a++) {
            for (int b = a + 1; b < links.size(); b++) {
                table[1 << a | 1 << b] = links.gigabytesPerSecond(a, b);
            }
        }
        if (links.switched() && speeds.length > 1) {
            behindSwitches();
        }
    }

    /** Behind switches a set is as fast as its slowest pair. */
    private void behindSwitches() {
        for (int bits = 0; bits < table.length; bits++) {
            var set = new GpuSet(bits);
            if (set.count() > 2 && links.allNvLinked(set)) {
                table[bits] = slowestPair(set);
            }
        }
    }

    private double[] speeds() {
        var speeds = new double[links.size() * links.size()];
        for (int a = 0; a < links.size(); a++) {
            for (int b = a + 1; b < links.size(); b++) {
                speeds[a * links.size() + b] = links.gigabytesPerSecond(a, b);
            }
        }
        return Arrays.stream(speeds)
                .filter(speed -> speed > 0)
                .sorted()
                .distinct()
                .toArray();
    }

    private int[] atLeast(double speed) {
        var neighbours = new int[links.size()];
        for (int a = 0; a < neighbours.length; a++) {
            for (int b = 0; b < neighbours.length; b++) {
                if (a != b && links.gigabytesPerSecond(a, b) >= speed) {
                    neighbours[a] |= 1 << b;
                }
            }
        }
        return neighbours;
    }

    private int[] nvLinked() {
        var neighbours = new int[links.size()];
        for (int gpu = 0; gpu < neighbours.length; gpu++) {
            neighbours[gpu] = (int) links.nvLinked(gpu).bits();
        }
        return neighbours;
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
