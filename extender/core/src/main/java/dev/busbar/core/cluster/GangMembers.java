package dev.busbar.core.cluster;

import dev.busbar.core.workload.GpuAsk;
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

    public int count() {
        return nodes.size() + waiting.size();
    }
}
