package dev.busbar.core.placement;

import dev.busbar.core.score.Bandwidth;
import dev.busbar.core.topology.Gpu;
import dev.busbar.core.topology.GpuSet;
import dev.busbar.core.topology.NodeTopology;
import dev.busbar.core.topology.TopologySource;
import dev.busbar.core.workload.Conditions;
import dev.busbar.core.workload.Conditions.LinkNeed;
import dev.busbar.core.workload.Conditions.NumaNeed;
import org.jspecify.annotations.Nullable;

/** What must hold of GPUs before a pod may have them. */
record HardConditions(Bandwidth bandwidth) {
    /** The GPUs of the product that the pod wants, broken ones left out. */
    static GpuSet wanted(NodeTopology topology, Conditions conditions) {
        if (conditions.products().isEmpty()) {
            return topology.usable();
        }
        long bits = 0;
        for (var gpu : topology.gpus()) {
            if (conditions.accepts(gpu.product())) {
                bits |= 1L << gpu.index();
            }
        }
        return topology.usable().and(new GpuSet(bits));
    }

    /** Why the node has fewer GPUs for the pod than it asks, whoever holds them. */
    static Reason lacking(NodeTopology topology, Conditions conditions, GpuSet wanted, int count) {
        long cut = topology.gpus().stream()
                .filter(gpu -> gpu.health() == Gpu.Health.MIG && conditions.accepts(gpu.product()))
                .count();
        if (cut > 0 && wanted.count() + cut >= count) {
            return Reason.MIG;
        }
        return wanted.isEmpty() ? Reason.PRODUCT : Reason.TOO_FEW;
    }

    boolean areMet(NodeTopology topology, Conditions conditions, GpuSet set) {
        return firstUnmet(topology, conditions, set) == null;
    }

    /** What a set lacks; null where it meets all. */
    @Nullable
    Reason firstUnmet(NodeTopology topology, Conditions conditions, GpuSet set) {
        if (conditions.link() == LinkNeed.NVLINK && !bandwidth.hasNvLinkRing(topology.links(), set)) {
            return Reason.NOT_LINKED;
        }
        if (conditions.minGigabytesPerSecond() > 0
                && set.count() > 1
                && bandwidth.gigabytesPerSecond(topology.links(), set) < conditions.minGigabytesPerSecond()) {
            return Reason.SLOW;
        }
        if (conditions.numa() == NumaNeed.SINGLE && !onOneNumaNode(topology, set)) {
            return Reason.NUMA;
        }
        return null;
    }

    /** A machine that says of none of its GPUs where it is has one NUMA node; these sources don't know. */
    private static boolean isBlindToNuma(TopologySource source) {
        return source == TopologySource.LABELS || source == TopologySource.COUNT;
    }

    private static boolean onOneNumaNode(NodeTopology topology, GpuSet set) {
        int numaNode = topology.gpus().get(set.lowest()).numaNode();
        if (numaNode == Gpu.NO_NUMA && set.count() > 1 && isBlindToNuma(topology.source())) {
            return false;
        }
        return topology.onNuma(numaNode).containsAll(set);
    }
}
