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
    /**
     * A pod's holding with the UUIDs of its GPUs: the node's inventory may come later, or change.
     *
     * @param of the inventory whose indices the holding's GPUs are; none for a bound pod, whose UUIDs alone count
     */
    private record Entry(String node, Holding holding, List<String> uuids, NodeTopology of) {}

    private final Map<String, Entry> byPod = new HashMap<>();
    private final Map<String, Map<String, Entry>> byNode = new HashMap<>();
    private final Map<GangKey, Map<String, Entry>> byGang = new HashMap<>();

    /** What was decided on a node of this inventory. */
    void put(String node, Holding holding, NodeTopology topology) {
        var uuids = holding.gpus()
                .indices()
                .mapToObj(gpu -> topology.gpus().get(gpu).uuid())
                .toList();
        put(new Entry(node, holding, uuids, topology));
    }

    void put(PodBound event) {
        var bound = new Holding.Bound(event.pod(), GpuSet.NONE, event.since());
        put(new Entry(event.node(), bound, event.gpus(), NodeTopology.NONE));
    }

    /** The UUIDs by which the pod was bound to the node; none where it is not, or none were named. */
    List<String> boundGpus(String uid, String node) {
        var entry = byPod.get(uid);
        if (entry == null
                || !(entry.holding() instanceof Holding.Bound)
                || !entry.node().equals(node)) {
            return List.of();
        }
        return entry.uuids();
    }

    /** Whether nothing is new in this event; a pod's object changes more often than what it holds. */
    boolean isBoundAs(PodBound event) {
        var entry = byPod.get(event.pod().key().uid());
        return entry != null
                && entry.holding() instanceof Holding.Bound bound
                && bound.pod().equals(event.pod())
                && entry.node().equals(event.node())
                && (!entry.uuids().isEmpty() || event.gpus().isEmpty());
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
        return switch (entry.holding()) {
            case Holding.Claimed claimed ->
                isOf(entry, topology)
                        ? claimed
                        : new Holding.Claimed(
                                claimed.pod(), named(entry.uuids(), topology), claimed.lapses(), claimed.runnerUp());
            case Holding.Reserved reserved ->
                isOf(entry, topology)
                        ? reserved
                        : new Holding.Reserved(reserved.pod(), named(entry.uuids(), topology), reserved.since());
            case Holding.Bound bound -> seen(bound, named(entry.uuids(), topology), topology, use);
            case Holding.Observed observed -> throw new IllegalStateException("only seen on a node: " + observed);
        };
    }

    @SuppressWarnings("ReferenceEquality") // an unchanged inventory is the same object; to compare all of it would cost
    private static boolean isOf(Entry entry, NodeTopology topology) {
        return entry.of() == topology;
    }

    private static Holding seen(Holding.Bound bound, GpuSet promised, NodeTopology topology, NodeUse use) {
        var uid = bound.pod().key().uid();
        var seen = use.devices().getOrDefault(uid, GpuSet.NONE);
        boolean onlyLooks = use.onlookers().contains(uid) && bound.ask().devices() instanceof GpuAsk.None;
        if (seen.isEmpty() || onlyLooks) {
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

    /** Those that were made before that moment, on whatever node. */
    List<Holding.Reserved> reservedBefore(Instant moment) {
        return byPod.values().stream()
                .map(Entry::holding)
                .filter(Holding.Reserved.class::isInstance)
                .map(Holding.Reserved.class::cast)
                .filter(reserved -> reserved.since().isBefore(moment))
                .toList();
    }

    int count(Class<? extends Holding> kind) {
        return (int) byPod.values().stream()
                .filter(entry -> kind.isInstance(entry.holding()))
                .count();
    }
}
