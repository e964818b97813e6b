package dev.busbar.simulator;

import dev.busbar.core.topology.GpuSet;
import dev.busbar.core.workload.GpuAsk;
import dev.busbar.core.workload.Pod;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What became of one pod of a stream.
 *
 * @param node empty for a pod that waits
 * @param uuids the GPUs it was given
 * @param gpus the same by their indices on the node
 * @param gbps effective bandwidth within the set, 0 without a GPU
 * @param best the best that so many GPUs could have in the empty cluster
 * @param reason why it waits; empty where it does not
 */
record Outcome(Pod pod, String node, List<String> uuids, GpuSet gpus, double gbps, double best, String reason) {
    private static final long MEBIBYTE = 1L << 20;

    Outcome {
        uuids = List.copyOf(uuids);
    }

    static Outcome waits(Pod pod, String reason) {
        return new Outcome(pod, "", List.of(), GpuSet.NONE, 0, 0, reason);
    }

    boolean isPlaced() {
        return !node.isEmpty();
    }

    /** Whether links matter to it: it was given two GPUs or more. */
    boolean isLinked() {
        return gpus.count() > 1;
    }

    /** The bandwidth in percent of the best that so many GPUs could have. */
    double ofBest() {
        return best <= 0 ? 0 : 100 * gbps / best;
    }

    String indices() {
        return gpus.indices().mapToObj(Integer::toString).collect(Collectors.joining(";"));
    }

    String asks() {
        return switch (pod.demand().ask().devices()) {
            case GpuAsk.None none -> "no GPU";
            case GpuAsk.Whole whole -> whole.count() + (whole.count() == 1 ? " GPU" : " GPUs");
            case GpuAsk.Share share -> asks(share);
        };
    }

    private static String asks(GpuAsk.Share share) {
        String memory = share.memoryBytes() / MEBIBYTE + "Mi";
        if (share.milli() == 0) {
            return memory;
        }
        return share.memoryBytes() == 0 ? share.milli() + " milli" : memory + " and " + share.milli() + " milli";
    }
}
