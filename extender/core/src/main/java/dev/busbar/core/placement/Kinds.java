package dev.busbar.core.placement;

import dev.busbar.core.cluster.FreeRoom;
import dev.busbar.core.cluster.NodeState;
import dev.busbar.core.topology.NodeTopology;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;

/** Tells which nodes are alike: those made of the same parts, with the same room, serve every ask alike. */
final class Kinds {
    private final IdentityHashMap<NodeTopology, Integer> kindOf = new IdentityHashMap<>();
    private final Map<NodeTopology, Integer> kinds = new HashMap<>();

    /** What two nodes that are alike have in common. */
    record Likeness(int kind, FreeRoom room) {}

    Likeness of(NodeState node) {
        var kind = kindOf.get(node.topology());
        if (kind == null) {
            kind = kinds.computeIfAbsent(node.topology().nameless(), parts -> kinds.size());
            kindOf.put(node.topology(), kind);
        }
        return new Likeness(kind, node.freeRoom());
    }
}
