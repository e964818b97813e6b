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

/**
 * What the nodes are, what they are made of and what was measured on them; each may be heard of first. Its methods
 * answer whether anything is new. Not thread-safe: it lives inside {@link ClusterState}'s lock.
 */
final class Inventory {
    private final Map<String, NodeFacts> facts = new HashMap<>();
    private final Map<String, NodeTopology> topologies = new HashMap<>();
    private final Map<String, NodeUse> uses = new HashMap<>();
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
        var known = uses.put(node, use);
        return known == null || !known.sameAs(use);
    }

    /** Forgets what was measured before that moment; says on which nodes. Devices that pods hold stay known. */
    List<String> forgetUseBefore(Instant oldest) {
        var old = new ArrayList<String>();
        uses.replaceAll((node, use) -> {
            if (!use.isMeasured() || !use.observedAt().isBefore(oldest)) {
                return use;
            }
            old.add(node);
            return new NodeUse(use.observedAt(), List.of(), use.devices(), use.freeCpus());
        });
        return old;
    }

    NodeNames names() {
        return NodeNames.of(facts.keySet());
    }

    /** The node with what is held of it; only for a node that is there. */
    NodeState state(String node, Holdings holdings) {
        var known = Optional.ofNullable(facts.get(node)).orElseThrow();
        var topology = topology(known);
        var use = uses.getOrDefault(node, NodeUse.NONE);
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
