package dev.busbar.core.cluster;

import dev.busbar.core.topology.NodeTopology;
import dev.busbar.core.workload.GangKey;
import dev.busbar.core.workload.Pod;
import java.time.Instant;
import java.util.List;

/** Something that the API server told us. */
public sealed interface ClusterEvent {
    /** A node is there, or is other than it was. */
    record NodeSeen(NodeFacts facts) implements ClusterEvent {}

    record NodeGone(String node) implements ClusterEvent {}

    /** What a node is made of, from the best source that speaks of it. */
    record TopologySeen(String node, NodeTopology topology) implements ClusterEvent {}

    record TopologyGone(String node) implements ClusterEvent {}

    /** What was measured on a node. */
    record UseSeen(String node, NodeUse use) implements ClusterEvent {}

    /** What a monitoring system measured on a node; it counts where the node's agent measures nothing. */
    record MonitoringSeen(String node, NodeUse use) implements ClusterEvent {}

    /** A pod that has no node yet. */
    record PodWaiting(Pod pod) implements ClusterEvent {}

    /**
     * A pod that the API server shows on a node and that has not ended.
     *
     * @param gpus UUIDs that its annotation names, promised or predicted; none where no annotation does
     */
    record PodBound(Pod pod, String node, List<String> gpus, Instant since) implements ClusterEvent {
        public PodBound {
            gpus = List.copyOf(gpus);
        }

        PodBound with(List<String> other) {
            return new PodBound(pod, node, other, since);
        }
    }

    /**
     * A group of pods that are scheduled together, or not at all.
     *
     * @param least how many pods it has at least, 0 where nobody says
     */
    record GangSeen(GangKey gang, int least) implements ClusterEvent {}

    record GangGone(GangKey gang) implements ClusterEvent {}

    /** A pod has succeeded, failed or is gone. */
    record PodEnded(String uid) implements ClusterEvent {}
}
