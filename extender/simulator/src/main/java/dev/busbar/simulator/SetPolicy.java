package dev.busbar.simulator;

import java.util.List;

/** Chooses GPUs inside one server: of all free sets of the wanted size the first with the highest merit. */
interface SetPolicy {
    List<String> NAMES = List.of("busbar", "greedy", "preserve", "lowest");

    /** How good it is to give this set away while those others stay free; higher is better. */
    double merit(Jobs.Job job, int set, int others);

    static SetPolicy named(String name, Server server, RingTable rings) {
        return switch (name) {
            case "busbar" -> new LookAhead(rings);
            case "greedy" -> (job, set, others) -> inside(server, set);
            case "preserve" -> (job, set, others) -> job.sensitive() ? inside(server, set) : nvLink(server, others);
            case "lowest" -> (job, set, others) -> 0;
            default ->
                throw new SimulationException("--policy (%s) is not known for a server.\nMaybe one of %s."
                        .formatted(name, String.join(", ", NAMES)));
        };
    }

    /** The best set, the one with the lowest GPUs among equals; 0 if too few are free. */
    default int choose(Jobs.Job job, int free) {
        int best = 0;
        double most = Double.NEGATIVE_INFINITY;
        for (int set = first(job.gpus()); set <= free && set > 0; set = next(set)) {
            if ((set & ~free) != 0) {
                continue;
            }
            double merit = merit(job, set, free & ~set);
            if (merit > most || (merit == most && isLower(set, best))) {
                best = set;
                most = merit;
            }
        }
        return best;
    }

    private static int first(int count) {
        return (1 << count) - 1;
    }

    /** Gosper's hack: the next larger number with as many one bits. */
    private static int next(int set) {
        int low = set & -set;
        int up = set + low;
        return up | ((set ^ up) / low) >>> 2;
    }

    /** Whether the lowest GPU in which the two differ is in the first. */
    private static boolean isLower(int set, int other) {
        int differing = set ^ other;
        return (set & differing & -differing) != 0;
    }

    /** All GB/s between the GPUs of the set. */
    private static double inside(Server server, int set) {
        double sum = 0;
        for (int a = set; a != 0; a &= a - 1) {
            for (int b = a & a - 1; b != 0; b &= b - 1) {
                sum += server.gbps(Integer.numberOfTrailingZeros(a), Integer.numberOfTrailingZeros(b));
            }
        }
        return sum;
    }

    private static double nvLink(Server server, int set) {
        double sum = 0;
        for (int a = set; a != 0; a &= a - 1) {
            for (int b = a & a - 1; b != 0; b &= b - 1) {
                int from = Integer.numberOfTrailingZeros(a);
                int to = Integer.numberOfTrailingZeros(b);
                sum += server.isNvLink(from, to) ? server.gbps(from, to) : 0;
            }
        }
        return sum;
    }

    /**
     * A sensitive job gets the best bottleneck there is, and of the sets that have it the one that leaves most to the
     * jobs to come; any other job gets the set that leaves most, and of those the one with the best bottleneck.
     */
    record LookAhead(RingTable rings) implements SetPolicy {
        /** Larger than any outlook or bottleneck in GB/s. */
        private static final double FIRST = 1e6;

        @Override
        public double merit(Jobs.Job job, int set, int others) {
            double now = rings.bottleneck(set);
            double later = rings.outlook(others);
            return job.sensitive() ? FIRST * now + later : FIRST * later + now;
        }
    }
}
