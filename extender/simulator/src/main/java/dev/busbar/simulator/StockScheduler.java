package dev.busbar.simulator;

import dev.busbar.core.cluster.NodeState;
import dev.busbar.core.topology.GpuSet;
import dev.busbar.core.workload.GpuAsk;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** A scheduler that spreads by CPU and memory, as kube-scheduler does unless told otherwise, and knows no links. */
final class StockScheduler {
    /** A node and the GPUs on it. */
    record Spot(NodeState node, GpuSet gpus) {
        List<String> uuids() {
            return gpus.indices()
                    .mapToObj(gpu -> node.topology().gpus().get(gpu).uuid())
                    .toList();
        }
    }

    private StockScheduler() {}

    /** The node with the largest part of its CPU and memory free, the first of equals; there the first free GPUs. */
    static Optional<Spot> choose(List<NodeState> feasible, GpuAsk ask) {
        return feasible.stream()
                .max(Comparator.comparingDouble(StockScheduler::freePart)
                        .thenComparing(NodeState::name, Comparator.reverseOrder()))
                .map(node -> new Spot(node, first(node, ask)));
    }

    private static double freePart(NodeState node) {
        return part(node.freeCpuMilli(), node.facts().cpuMilli())
                + part(node.freeMemoryBytes(), node.facts().memoryBytes());
    }

    private static double part(long free, long all) {
        return all == 0 ? 0 : (double) free / all;
    }

    private static GpuSet first(NodeState node, GpuAsk ask) {
        return switch (ask.devices()) {
            case GpuAsk.None none -> GpuSet.NONE;
            case GpuAsk.Whole whole ->
                node.free().indices().limit(whole.count()).mapToObj(GpuSet::of).reduce(GpuSet.NONE, GpuSet::plus);
            case GpuAsk.Share share ->
                node.topology()
                        .all()
                        .indices()
                        .filter(gpu -> node.hasRoom(share, gpu))
                        .mapToObj(GpuSet::of)
                        .findFirst()
                        .orElse(GpuSet.NONE);
        };
    }
}
