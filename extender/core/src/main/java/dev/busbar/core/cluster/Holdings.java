package dev.busbar.core.cluster;

import dev.busbar.core.cluster.ClusterEvent.PodBound;
import dev.busbar.core.cluster.ClusterState.Placed;
import dev.busbar.core.topology.Allocator;
import dev.busbar.core.topology.GpuSet;
import dev.busbar.core.topology.NodeTopology;
import dev.busbar.core.workload.GangKey;
import dev.busbar.core.workload.GpuAsk;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Every pod's holding, found by pod and by node. Not thread-safe: it lives inside {@link ClusterState}'s lock. */
final class Holdings {
    /** A bound pod keeps the UUIDs of its annotation: the node's inventory may come later, or change. */
    private record Entry(String node, Holding holding, List<String> uuids) {}

    private final Map<String, Entry> byPod = new HashMap<>();
    private final Map<String, Map<String, Entry>> byNode = new HashMap<>();
    private final Map<GangKey, Map<String, Entry>> byGang = new HashMap<>();

    void put(String node, Holding holding) {
        put(new Entry(node, holding, List.of()));
    }

    void put(PodBound event) {
        put(new Entry(event.node(), new Holding.Bound(event.pod(), GpuSet.NONE, event.since()), event.gpus()));
    }

    /** Whether nothing is new in this event; a pod's object changes more often than what it holds. */
    boolean isBoundAs(PodBound event) {
        var entry = byPod.get(event.pod().key().uid());
        return entry != null
                && entry.holding() instanceof Holding.Bound bound
                && bound.pod().equals(event.pod())
                && entry.node().equals(event.node())
                && entry.uuids().equals(event.gpus());
    }

    private void put(Entry entry) {
        var uid = entry.holding().pod().key().uid();
        byPod.put(uid, entry);
        byNode.computeIfAbsent(entry.node(), node -> new LinkedHashMap<>()).put(uid, entry);
        var gang = entry.holding().pod().gang();
        if (!gang.isNone()) {
            byGang.computeIfAbsent(gang, key -> new LinkedHashMap<>()).put(uid, entry);
        }
    }

    /** Forgets a pod's holding and says on which node it was. */
    Optional<String> remove(String uid) {
        var entry = byPod.remove(uid);
        if (entry == null) {
            return Optional.empty();
        }
        remove(byNode, entry.node(), uid);
        remove(byGang, entry.holding().pod().gang(), uid);
        return Optional.of(entry.node());
    }

    private static <K> void remove(Map<K, Map<String, Entry>> index, K key, String uid) {
        var entries = index.get(key);
        if (entries != null) {
            entries.remove(uid);
            if (entries.isEmpty()) {
                index.remove(key);
            }
        }
    }

    /** The nodes of a gang's members, this pod left out. */
    List<String> nodesOf(GangKey gang, String uid) {
        return byGang.getOrDefault(gang, Map.of()).entrySet().stream()
                .filter(member -> !member.getKey().equals(uid))
                .map(member -> member.getValue().node())
                .toList();
    }

    /** A bound pod's GPUs are named only on its node: {@link #on}. */
    Optional<Placed> of(String uid) {
        var entry = byPod.get(uid);
        return entry == null ? Optional.empty() : Optional.of(new Placed(entry.node(), entry.holding()));
    }

    /** What is held of a node, with UUIDs read as this inventory's indices and the agent's word taken first. */
    List<Holding> on(String node, NodeTopology topology, NodeUse use) {
        var held = new ArrayList<Holding>();
        for (var entry : byNode.getOrDefault(node, Map.of()).values()) {
            held.add(named(entry, topology, use));
        }
        return held;
    }

    private static Holding named(Entry entry, NodeTopology topology, NodeUse use) {
        if (!(entry.holding() instanceof Holding.Bound bound)) {
            return entry.holding();
        }
        var promised = named(entry.uuids(), topology);
        var seen = use.devices().getOrDefault(bound.pod().key().uid(), GpuSet.NONE);
        if (seen.isEmpty()) {
            return new Holding.Bound(bound.pod(), promised, bound.since());
        }
        // Where we give out the GPUs our word stands: a pod that uses others as well holds both.
        var held = topology.allocator() == Allocator.BUSBAR ? promised.plus(seen) : seen;
        return new Holding.Observed(bound.pod(), held, bound.since(), promised, seen);
    }

    private static GpuSet named(List<String> uuids, NodeTopology topology) {
        long bits = 0;
        for (var uuid : uuids) {
            var index = topology.indexOf(uuid);
            if (index.isPresent()) {
                bits |= 1L << index.getAsInt();
            }
        }
        return new GpuSet(bits);
    }

    /** Whether the node holds a share that a measurement of that moment is too old to know. */
    boolean isAnyShareYounger(String node, Instant sample) {
        return byNode.getOrDefault(node, Map.of()).values().stream()
                .map(Entry::holding)
                .filter(holding -> holding.ask().devices() instanceof GpuAsk.Share)
                .anyMatch(holding -> holding.isYoungerThan(sample));
    }

    List<String> lapsed(Instant now) {
        var lapsed = new ArrayList<String>();
        byPod.forEach((uid, entry) -> {
            if (entry.holding() instanceof Holding.Claimed claimed
                    && !claimed.lapses().isAfter(now)) {
                lapsed.add(uid);
            }
        });
        return lapsed;
    }

    int count(Class<? extends Holding> kind) {
        return (int) byPod.values().stream()
                .filter(entry -> kind.isInstance(entry.holding()))
                .count();
    }
}
