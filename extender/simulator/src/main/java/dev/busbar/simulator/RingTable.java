package dev.busbar.simulator;

/**
 * For every set of a server's GPUs the slowest link of its best single ring, and for every set of free GPUs the best
 * that a job of each size could get out of it. Worked out once per server, in 2^n * n^2 steps; a decision then looks
 * at each free set of the wanted size once, and never at ways to part the GPUs.
 */
final class RingTable {
    /** Sizes of the jobs to come that a decision cares for. */
    private static final int LEAST = 2;

    private static final int MOST = 5;

    private final Server server;
    private final float[] ring;
    private final float[][] bestOfSize;
    private final float[] outlook;

    RingTable(Server server) {
        this.server = server;
        int sets = 1 << server.size();
        this.ring = new float[sets];
        rings();
        this.bestOfSize = new float[server.size() + 1][];
        for (int size = 1; size <= server.size(); size++) {
            bestOfSize[size] = bestOfSize(size);
        }
        this.outlook = new float[sets];
        for (int size = LEAST; size <= Math.min(MOST, server.size()); size++) {
            for (int free = 0; free < sets; free++) {
                outlook[free] += bestOfSize[size][free];
            }
        }
    }

    /** Held and Karp's way: the best path from a set's lowest GPU through all of it to each of its GPUs, then home. */
    private void rings() {
        int n = server.size();
        var path = new float[ring.length * n];
        for (int set = 1; set < ring.length; set++) {
            int first = Integer.numberOfTrailingZeros(set);
            if (Integer.bitCount(set) == 1) {
                path[set * n + first] = Float.MAX_VALUE;
                continue;
            }
            for (int last = first + 1; last < n; last++) {
                if ((set >>> last & 1) == 0) {
                    continue;
                }
                int before = set & ~(1 << last);
                float widest = 0;
                for (int rest = before; rest != 0; rest &= rest - 1) {
                    int previous = Integer.numberOfTrailingZeros(rest);
                    widest = Math.max(widest, Math.min(path[before * n + previous], gbps(previous, last)));
                }
                path[set * n + last] = widest;
                ring[set] = Math.max(ring[set], Math.min(widest, gbps(last, first)));
            }
        }
    }

    private float gbps(int a, int b) {
        return (float) server.gbps(a, b);
    }

    private float[] bestOfSize(int size) {
        var best = new float[ring.length];
        for (int free = 1; free < ring.length; free++) {
            if (Integer.bitCount(free) == size) {
                best[free] = ring[free];
            }
            for (int rest = free; rest != 0 && Integer.bitCount(free) > size; rest &= rest - 1) {
                best[free] = Math.max(best[free], best[free & ~Integer.lowestOneBit(rest)]);
            }
        }
        return best;
    }

    /** GB/s of the slowest link of the set's best ring; 0 for a set of less than two. */
    float bottleneck(int set) {
        return ring[set];
    }

    /** The best bottleneck of so many GPUs out of the free ones. */
    float best(int free, int size) {
        return bestOfSize[size][free];
    }

    /** What the free GPUs can still offer: the sum of the best bottlenecks of jobs of two to five. */
    float outlook(int free) {
        return outlook[free];
    }
}
