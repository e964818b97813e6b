package dev.busbar.simulator;

import dev.busbar.core.candidate.CandidateSets;
import dev.busbar.core.topology.GpuSet;
import java.util.List;

/** Chooses GPUs inside one server. */
interface SetPolicy {
    List<String> NAMES = List.of("busbar", "greedy", "preserve", "lowest");

    /** The job's set, out of the free GPUs; there are enough of them. */
    int choose(Jobs.Job job, int free);

    /** The job has given its set back. */
    default void ended(Jobs.Job job) {}

    static SetPolicy named(String name, Server server) {
        return switch (name) {
            case "busbar" -> new JobPods(server);
            case "greedy" -> new Best((job, set, others) -> inside(server, set));
            case "preserve" ->
                new Best((job, set, others) -> job.sensitive() ? inside(server, set) : nvLink(server, others));
            case "lowest" -> new Best((job, set, others) -> 0);
            default ->
                throw new SimulationException("--policy (%s) is not known for a server.\nMaybe one of %s."
                        .formatted(name, String.join(", ", NAMES)));
        };
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

    /** How good it is to give a set away while those others stay free; higher is better. */
    interface Merit {
        double of(Jobs.Job job, int set, int others);
    }

    /** Takes the set of the highest merit, the one with the lowest GPUs among equals. */
    record Best(Merit merit) implements SetPolicy {
        @Override
        public int choose(Jobs.Job job, int free) {
            int best = 0;
            double most = Double.NEGATIVE_INFINITY;
            for (var sets = new CandidateSets(new GpuSet(free), job.gpus()); sets.next(); ) {
                int set = (int) sets.bits();
                double worth = merit.of(job, set, free & ~set);
                if (worth > most || (worth == most && isLower(set, best))) {
                    best = set;
                    most = worth;
                }
            }
            return best;
        }

        /** Whether the lowest GPU in which the two differ is in the first. */
        private static boolean isLower(int set, int other) {
            int differing = set ^ other;
            return (set & differing & -differing) != 0;
        }
    }
}
