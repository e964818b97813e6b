package dev.busbar.core.cluster;

import dev.busbar.core.topology.Allocator;
import dev.busbar.core.topology.GpuSet;
import dev.busbar.core.topology.LinkMatrix;
import dev.busbar.core.topology.NodeTopology;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the nodes are, what they are made of and what was measured on them; each may be heard of first. Its methods
 * answer whether anything is new. Not thread-safe: it lives inside {@link ClusterState}'s lock.
 */
final class Inventory {
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
        return facts.remove(node) != null;
    }

    boolean put(String node, NodeTopology topology) {
        var shared = topology.sharing(matrices.computeIfAbsent(topology.links(), same -> same));
        return !shared.equals(topologies.put(node, shared));
    }

    boolean forgetTopology(String node) {
        return topologies.remove(node) != null;
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
