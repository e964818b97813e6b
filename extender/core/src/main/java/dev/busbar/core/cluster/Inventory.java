package dev.busbar.core.cluster;

import dev.busbar.core.topology.Allocator;
import dev.busbar.core.topology.GpuSet;
import dev.busbar.core.topology.LinkMatrix;
import dev.busbar.core.topology.NodeTopology;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the nodes are, what they are made of and what was measured on them; each may be heard of first. Its methods
 * answer whether anything is new. Not thread-safe: it lives inside {@link ClusterState}'s lock.
 */
final class Inventory {
    private static final int MATRICES_SPARED = 64;

    private final Map<String, NodeFacts> facts = new HashMap<>();
    private final Map<String, NodeTopology> topologies = new HashMap<>();
    private final Map<String, NodeUse> uses = new HashMap<>();
    private final Map<String, NodeUse> monitored = new HashMap<>();
    private final Map<LinkMatrix, LinkMatrix> matrices = new HashMap<>();
    private final Map<Integer, NodeTopology> counted = new HashMap<>();

    boolean put(NodeFacts node) {
        return !node.equals(facts.put(node.name(), node));
    }

    boolean forgetFacts(String node) {
        boolean known = facts.remove(node) != null;
        forgetUseOfNobody(node);
        return known;
    }

    /** What was measured goes with the last word of the node. */
    private void forgetUseOfNobody(String node) {
        if (!facts.containsKey(node) && !topologies.containsKey(node)) {
            uses.remove(node);
            monitored.remove(node);
        }
    }

    boolean put(String node, NodeTopology topology) {
        var shared = topology.sharing(matrices.computeIfAbsent(topology.links(), same -> same));
        boolean other = !shared.equals(topologies.put(node, shared));
        forgetMatricesOfNobody();
        return other;
    }

    boolean forgetTopology(String node) {
        boolean known = topologies.remove(node) != null;
        forgetUseOfNobody(node);
        forgetMatricesOfNobody();
        return known;
    }

    /** Nodes share their matrices, so there are far fewer; where there are more, most are nobody's. */
    private void forgetMatricesOfNobody() {
        if (matrices.size() > topologies.size() + MATRICES_SPARED) {
            var used = new HashSet<LinkMatrix>();
            topologies.values().forEach(topology -> used.add(topology.links()));
            matrices.keySet().retainAll(used);
        }
    }

    /** How much is known that somebody measured, and how many link matrices there are. */
    int size() {
        return uses.size() + monitored.size() + matrices.size();
    }

    boolean put(String node, NodeUse use) {
        return isNew(uses.put(node, use), use);
    }

    boolean putMonitored(String node, NodeUse use) {
        return isNew(monitored.put(node, use), use);
    }

    private static boolean isNew(@Nullable NodeUse known, NodeUse use) {
        return known == null || !known.sameAs(use);
    }

    /** What is known of a node's use, from whoever measured it. */
    NodeUse use(String node) {
        return uses.getOrDefault(node, NodeUse.NONE).orMemoryOf(monitored.getOrDefault(node, NodeUse.NONE));
    }

    /** What was measured before that moment counts no more; says on which nodes. */
    List<String> forgetUseBefore(Instant oldest) {
        var old = new ArrayList<String>();
        for (var known : List.of(uses, monitored)) {
            known.replaceAll((node, use) -> {
                if (!use.isMeasured() || !use.observedAt().isBefore(oldest)) {
                    return use;
                }
                old.add(node);
                return use.outdated();
            });
        }
        return old;
    }

    /** When the agent last spoke that has been silent for the longest, of the nodes that are there. */
    Optional<Instant> longestSilent() {
        return uses.entrySet().stream()
                .filter(use -> facts.containsKey(use.getKey()))
                .map(use -> use.getValue().observedAt())
                .filter(spoke -> !spoke.equals(Instant.EPOCH))
                .min(Comparator.naturalOrder());
    }

    NodeNames names() {
        return NodeNames.of(facts.keySet());
    }

    /** The node with what is held of it; only for a node that is there. */
    NodeState state(String node, Holdings holdings) {
        var known = Optional.ofNullable(facts.get(node)).orElseThrow();
        var topology = topology(known);
        var use = use(node);
        return new NodeState(known, topology, use, holdings.on(node, topology, use));
    }

    private NodeTopology topology(NodeFacts node) {
        var known = topologies.get(node.name());
        if (known != null) {
            return known;
        }
        int count = Math.min(node.devicePluginGpus(), GpuSet.MAX_GPUS);
        return count <= 0
                ? NodeTopology.NONE
                : counted.computeIfAbsent(count, gpus -> NodeTopology.counted(gpus, Allocator.DEVICE_PLUGIN));
    }
}
