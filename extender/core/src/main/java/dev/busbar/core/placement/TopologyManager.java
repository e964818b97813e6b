package dev.busbar.core.placement;

import dev.busbar.core.cluster.NodeState;
import dev.busbar.core.topology.Allocator;
import dev.busbar.core.topology.Gpu;
import dev.busbar.core.topology.KubeletPolicies;
import dev.busbar.core.topology.NodeTopology;
import dev.busbar.core.topology.NumaNode;
import dev.busbar.core.workload.GpuAsk;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * Predicts the kubelet's topology manager: whether it would admit a pod, and on which NUMA nodes.
 *
 * <p>A resource that the kubelet itself hands out prefers the smallest number of NUMA nodes that could hold the amount
 * on the empty machine. The policies {@code restricted} and {@code single-numa-node} admit a pod only where one set of
 * NUMA nodes is of that size for each resource, and has enough of each free; the second wants a set of one. Of several
 * the kubelet takes the one with the lowest ids.
 *
 * <p>A pod counts as one container, and an ask for whole CPUs as one for exclusive ones where the kubelet gives such:
 * stricter than the kubelet may be, never laxer.
 */
final class TopologyManager {
    /** Sets of NUMA nodes are bit masks over positions in the node's list; the kubelet, too, stops at eight. */
    private static final int MOST_NUMA_NODES = 8;

    private TopologyManager() {}

    /** One resource by NUMA node. */
    record Supply(List<Long> total, List<Long> free, long asked) {
        Supply {
            total = List.copyOf(total);
            free = List.copyOf(free);
        }

        private boolean prefers(int mask) {
            return Integer.bitCount(mask) == leastNodes() && sum(free, mask) >= asked;
        }

        /** The smallest number of NUMA nodes that hold the amount when all is free; all of them if none does. */
        private int leastNodes() {
            int least = total.size();
            for (int mask = 1; mask < 1 << total.size(); mask++) {
                if (sum(total, mask) >= asked) {
                    least = Math.min(least, Integer.bitCount(mask));
                }
            }
            return least;
        }

        private static long sum(List<Long> amounts, int mask) {
            long sum = 0;
            for (int numa = 0; numa < amounts.size(); numa++) {
                if ((mask & 1 << numa) != 0) {
                    sum += amounts.get(numa);
                }
            }
            return sum;
        }

        private Supply allFree() {
            return new Supply(total, total, asked);
        }
    }

    /** What the kubelet would say. */
    sealed interface Admission {
        /** It does not look at NUMA nodes, or finds no reason to prefer some. */
        record Anywhere() implements Admission {}

        /** On these NUMA nodes, by their place in the node's list. */
        record Aligned(int mask) implements Admission {}

        /** Not now, but on the empty node. */
        record RefusedNow() implements Admission {}

        /** Not even on the empty node. */
        record RefusedAlways() implements Admission {}
    }

    /** What the kubelet of this node would say to a pod with this ask. */
    static Admission admission(NodeState node, GpuAsk ask) {
        var topology = node.topology();
        var policy = topology.kubelet().topologyManager();
        if (policy == KubeletPolicies.TopologyManager.NONE
                || topology.numa().size() > MOST_NUMA_NODES
                || !isWholeStory(topology)) {
            return new Admission.Anywhere();
        }
        return admission(policy, supplies(node, ask));
    }

    /** Whether the NUMA nodes are published, those of the GPUs among them. */
    private static boolean isWholeStory(NodeTopology topology) {
        var ids = topology.numa().stream().map(NumaNode::id).toList();
        return !ids.isEmpty()
                && topology.gpus().stream()
                        .allMatch(gpu -> gpu.numaNode() == Gpu.NO_NUMA || ids.contains(gpu.numaNode()));
    }

    static Admission admission(KubeletPolicies.TopologyManager policy, List<Supply> supplies) {
        if (policy == KubeletPolicies.TopologyManager.NONE || supplies.isEmpty()) {
            return new Admission.Anywhere();
        }
        int mask = lowestPreferred(policy, supplies);
        if (mask != 0) {
            return new Admission.Aligned(mask);
        }
        if (policy == KubeletPolicies.TopologyManager.BEST_EFFORT) {
            return new Admission.Anywhere();
        }
        var empty = supplies.stream().map(Supply::allFree).toList();
        return lowestPreferred(policy, empty) == 0 ? new Admission.RefusedAlways() : new Admission.RefusedNow();
    }

    private static int lowestPreferred(KubeletPolicies.TopologyManager policy, List<Supply> supplies) {
        boolean single = policy == KubeletPolicies.TopologyManager.SINGLE_NUMA_NODE;
        for (int mask = 1; mask < 1 << supplies.getFirst().total().size(); mask++) {
            int set = mask;
            if ((!single || Integer.bitCount(mask) == 1) && supplies.stream().allMatch(supply -> supply.prefers(set))) {
                return mask;
            }
        }
        return 0;
    }

    /** What the kubelet itself hands out of what the pod asks. */
    private static List<Supply> supplies(NodeState node, GpuAsk ask) {
        var topology = node.topology();
        var kubelet = topology.kubelet();
        var supplies = new ArrayList<Supply>();
        boolean placed = topology.gpus().stream().noneMatch(gpu -> gpu.numaNode() == Gpu.NO_NUMA);
        if (ask.devices() instanceof GpuAsk.Whole whole && whole.allocator() == Allocator.DEVICE_PLUGIN && placed) {
            supplies.add(by(
                    topology.numa(),
                    numa -> topology.onNuma(numa.id()).count(),
                    numa -> topology.onNuma(numa.id()).and(node.free()).count(),
                    whole.count()));
        }
        boolean wholeCpus = ask.cpuMilli() > 0 && ask.cpuMilli() % 1000 == 0;
        if (kubelet.exclusiveCpus() && wholeCpus) {
            supplies.add(by(
                    topology.numa(),
                    NumaNode::cpus,
                    numa -> node.use().freeCpus().getOrDefault(numa.id(), numa.cpus()),
                    ask.cpuMilli() / 1000));
        }
        if (kubelet.exclusiveMemory() && ask.memoryBytes() > 0) {
            supplies.add(by(topology.numa(), NumaNode::memoryBytes, NumaNode::memoryBytes, ask.memoryBytes()));
        }
        return supplies;
    }

    private static Supply by(
            List<NumaNode> numa, ToLongFunction<NumaNode> total, ToLongFunction<NumaNode> free, long asked) {
        return new Supply(amounts(numa, total), amounts(numa, free), asked);
    }

    private static List<Long> amounts(List<NumaNode> numa, ToLongFunction<NumaNode> amount) {
        return numa.stream().mapToLong(amount).boxed().toList();
    }
}
