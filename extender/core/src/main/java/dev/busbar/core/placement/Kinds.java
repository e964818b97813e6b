package dev.busbar.core.placement;

import dev.busbar.core.cluster.ClusterSnapshot;
import dev.busbar.core.cluster.FreeRoom;
import dev.busbar.core.cluster.NodeState;
import dev.busbar.core.topology.NodeTopology;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.Map;

/**
 * The kinds of a cluster's nodes, by number: nodes made of the same parts, with the same room, serve every ask alike, so
 * what is found for one of them is found for all. A kind of which there is no node any more keeps its number until another
 * one needs it, since nodes often come back to the room that they had. Not thread-safe.
 */
final class Kinds {
    /** A number for each node, and one in so many for kinds without a node. */
    private static final int NODES_PER_SPARE = 4;

    /** What two nodes that are alike have in common. */
    private record Likeness(int parts, FreeRoom room) {}

    private final IdentityHashMap<NodeTopology, Integer> partsOf = new IdentityHashMap<>();
    private final Map<NodeTopology, Integer> parts = new HashMap<>();
    private final Map<Likeness, Integer> numbers = new HashMap<>();

    /** By number, as the next two: a node of that kind. */
    private final NodeState[] examples;

    private final Likeness[] likenesses;
    private final int[] nodes;
    private int size;

    /** Kinds without a node, the one that has been so for the longest first. */
    private final LinkedHashSet<Integer> empty = new LinkedHashSet<>();

    private final int[] kindOf;
    private ClusterSnapshot last = ClusterSnapshot.EMPTY;
    private long version;

    /** The kinds of so many nodes. */
    Kinds(int nodes) {
        int most = nodes + nodes / NODES_PER_SPARE;
        this.kindOf = new int[nodes];
        this.examples = new NodeState[most];
        this.likenesses = new Likeness[most];
        this.nodes = new int[most];
    }

    /** Takes over what has changed since the last snapshot of these nodes. */
    void follow(ClusterSnapshot snapshot) {
        if (snapshot == last) {
            return;
        }
        boolean first = last.size() == 0;
        for (int node = 0; node < kindOf.length; node++) {
            var now = snapshot.node(node);
            if (first) {
                kindOf[node] = joined(now);
            } else if (last.node(node) != now) {
                leave(kindOf[node]);
                kindOf[node] = joined(now);
            }
        }
        last = snapshot;
    }

    private void leave(int kind) {
        if (--nodes[kind] == 0) {
            empty.add(kind);
        }
    }

    private int joined(NodeState node) {
        var likeness = new Likeness(partsOf(node.topology()), node.freeRoom());
        var known = numbers.get(likeness);
        int kind = known == null ? numbered(likeness, node) : known;
        if (nodes[kind]++ == 0) {
            empty.remove(kind);
        }
        return kind;
    }

    private int partsOf(NodeTopology topology) {
        return partsOf.computeIfAbsent(
                topology, own -> parts.computeIfAbsent(own.nameless(), anybodys -> parts.size()));
    }

    private int numbered(Likeness likeness, NodeState example) {
        int kind = size;
        if (size < examples.length) {
            size++;
        } else {
            kind = empty.removeFirst();
            numbers.remove(likenesses[kind]);
        }
        numbers.put(likeness, kind);
        likenesses[kind] = likeness;
        examples[kind] = example;
        version++;
        return kind;
    }

    /** So many numbers are given out. */
    int size() {
        return size;
    }

    /** No more numbers than these are ever given out. */
    int most() {
        return examples.length;
    }

    /** The number of a node's kind. */
    int of(int node) {
        return kindOf[node];
    }

    /** A node of that kind, the same one for as long as the number stands for the kind. */
    NodeState example(int kind) {
        return examples[kind];
    }

    /** Grows when a number is given, for the first time or to another kind. */
    long version() {
        return version;
    }
}
