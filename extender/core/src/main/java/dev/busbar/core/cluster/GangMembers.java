package dev.busbar.core.cluster;

import dev.busbar.core.workload.GpuAsk;
import dev.busbar.core.workload.Pod;
import java.util.ArrayList;
import java.util.List;

/**
 * The other members of a pod's gang.
 *
 * @param nodes the node of each member that was claimed, reserved or bound; one with two members comes twice
 * @param waiting what the members ask that have no node yet; one that the gang must have and of whom no word has come is
 *     taken to ask the same as the pod
 */
public record GangMembers(List<String> nodes, List<GpuAsk> waiting) {
    private static final int MOST_EXPECTED = 1_000;
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
        var nodes = holdings.nodesOf(pod.gang(), uid);
        var asks = new ArrayList<GpuAsk>();
        waiting.of(pod.gang())
                .filter(other -> !other.key().uid().equals(uid))
                .filter(other -> holdings.of(other.key().uid()).isEmpty())
                .forEach(other -> asks.add(other.demand().ask()));
        int expected = Math.min(waiting.leastOf(pod.gang()), MOST_EXPECTED) - 1;
        while (nodes.size() + asks.size() < expected) {
            asks.add(pod.demand().ask());
        }
        return new GangMembers(nodes, asks);
    }

    public int count() {
        return nodes.size() + waiting.size();
    }
}
