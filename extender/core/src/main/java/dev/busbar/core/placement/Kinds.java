package dev.busbar.core.placement;

import dev.busbar.core.cluster.ClusterSnapshot;
import dev.busbar.core.cluster.FreeRoom;
import dev.busbar.core.cluster.NodeState;
import dev.busbar.core.topology.NodeTopology;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * The kinds of nodes, by number: nodes made of the same parts, with the same room, serve every ask alike, so what is
 * found for one of them is found for all. A kind of which there is no node any more keeps its number until another one
 * needs it, since nodes often come back to the room that they had. Not thread-safe.
 */
final class Kinds {
    /** So many kinds without a node keep their numbers. */
    private static final int MOST_SPARED = 4096;

    /** What two nodes that are alike have in common. */
    private record Likeness(int parts, FreeRoom room) {}

    private static final class Kind {
        private final Likeness likeness;
        private final NodeState example;
        private int nodes;

        Kind(Likeness likeness, NodeState example) {
            this.likeness = likeness;
            this.example = example;
        }
    }

    private final int spared;
    private final IdentityHashMap<NodeTopology, Integer> partsOf = new IdentityHashMap<>();
    private final Map<NodeTopology, Integer> parts = new HashMap<>();
    private final Map<Likeness, Integer> numbers = new HashMap<>();
    private final List<Kind> kinds = new ArrayList<>();

    /** Kinds without a node, the one that has been so for the longest first. */
    private final LinkedHashSet<Integer> empty = new LinkedHashSet<>();

    private ClusterSnapshot last = ClusterSnapshot.EMPTY;
    private int[] kindOf = {};
    private long version;

    Kinds() {
        this(MOST_SPARED);
    }

    /** Kinds of which so many keep their numbers without a node. */
    Kinds(int spared) {
        this.spared = spared;
    }

    /** Takes over what has changed since the last snapshot; both have the same nodes, unless the last one had none. */
    void follow(ClusterSnapshot snapshot) {
        if (snapshot == last) {
            return;
        }
        boolean first = kindOf.length == 0;
        kindOf = first ? new int[snapshot.size()] : kindOf;
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

    private void leave(int number) {
        if (--kinds.get(number).nodes == 0) {
            empty.add(number);
        }
    }

    private int joined(NodeState node) {
        var likeness = new Likeness(partsOf(node.topology()), node.freeRoom());
        var known = numbers.get(likeness);
        int number = known == null ? numbered(new Kind(likeness, node)) : known;
        if (kinds.get(number).nodes++ == 0) {
            empty.remove(number);
        }
        return number;
    }

    private int partsOf(NodeTopology topology) {
        return partsOf.computeIfAbsent(
                topology, own -> parts.computeIfAbsent(own.nameless(), anybodys -> parts.size()));
    }

    private int numbered(Kind kind) {
        int number = kinds.size();
        if (number < kindOf.length + spared) {
            kinds.add(kind);
        } else {
            number = empty.removeFirst();
            numbers.remove(kinds.set(number, kind).likeness);
        }
        numbers.put(kind.likeness, number);
        version++;
        return number;
    }

    /** All numbers are below this. */
    int size() {
        return kinds.size();
    }

    /** The number of a node's kind. */
    int of(int node) {
        return kindOf[node];
    }

    /** A node of that kind, the same one for as long as the number stands for the kind. */
    NodeState example(int kind) {
        return kinds.get(kind).example;
    }

    /** Grows when a number is given, for the first time or to another kind. */
    long version() {
        return version;
    }
}
