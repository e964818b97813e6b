package dev.busbar.core.cluster;

import dev.busbar.core.workload.GpuAsk;
import dev.busbar.core.workload.Pod;
import java.util.List;

/**
 * The other members of a pod's gang.
 *
 * @param nodes the node of each member that was claimed, reserved or bound; one with two members comes twice
 * @param waiting what the members ask that have no node yet
 */
public record GangMembers(List<String> nodes, List<GpuAsk> waiting) {
    public static final GangMembers NONE = new GangMembers(List.of(), List.of());

    public GangMembers {
        nodes = List.copyOf(nodes);
        waiting = List.copyOf(waiting);
    }

    static GangMembers besides(Pod pod, WaitingPods waiting, Holdings holdings) {
        if (pod.gang().isNone()) {
            return NONE;
        }
        var uid = pod.key().uid();
        var asks = waiting.of(pod.gang())
                .filter(other -> !other.key().uid().equals(uid))
                .filter(other -> holdings.of(other.key().uid()).isEmpty())
                .map(other -> other.demand().ask())
                .toList();
        return new GangMembers(holdings.nodesOf(pod.gang(), uid), asks);
    }

    public int count() {
        return nodes.size() + waiting.size();
    }
}
