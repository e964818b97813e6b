package dev.busbar.core.cluster;

import dev.busbar.core.cluster.ClusterEvent.NodeGone;
import dev.busbar.core.cluster.ClusterEvent.NodeSeen;
import dev.busbar.core.cluster.ClusterEvent.PodBound;
import dev.busbar.core.cluster.ClusterEvent.PodEnded;
import dev.busbar.core.cluster.ClusterEvent.PodWaiting;
import dev.busbar.core.cluster.ClusterEvent.TopologyGone;
import dev.busbar.core.cluster.ClusterEvent.TopologySeen;
import dev.busbar.core.cluster.ClusterEvent.UseSeen;
import dev.busbar.core.topology.Allocator;
import dev.busbar.core.topology.GpuSet;
import dev.busbar.core.topology.LinkMatrix;
import dev.busbar.core.topology.NodeTopology;
import dev.busbar.core.workload.Pod;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The one type that changes. Writers hold its lock for a moment and do no I/O; readers take {@link #snapshot()} once
 * and pass it down.
 */
public final class ClusterState {
    private final Map<String, NodeFacts> facts = new HashMap<>();
    private final Map<String, NodeTopology> topologies = new HashMap<>();
    private final Map<String, NodeUse> uses = new HashMap<>();
    private final Map<LinkMatrix, LinkMatrix> matrices = new HashMap<>();
    private final Holdings holdings = new Holdings();
    private final Map<String, Pod> waiting = new HashMap<>();
    private volatile ClusterSnapshot snapshot = ClusterSnapshot.EMPTY;

    public ClusterSnapshot snapshot() {
        return snapshot;
    }

    public synchronized void apply(ClusterEvent event) {
        switch (event) {
            case NodeSeen seen -> nodeSeen(seen.facts());
            case NodeGone gone -> {
                facts.remove(gone.node());
                renumber();
            }
            case TopologySeen seen -> topologySeen(seen.node(), seen.topology());
            case TopologyGone gone -> {
                topologies.remove(gone.node());
                refresh(gone.node());
            }
            case UseSeen seen -> {
                uses.put(seen.node(), seen.use());
                refresh(seen.node());
            }
            case PodWaiting pod -> podWaiting(pod.pod());
            case PodBound bound -> podBound(bound);
            case PodEnded ended -> {
                waiting.remove(ended.uid());
                drop(ended.uid());
            }
        }
    }

    private void nodeSeen(NodeFacts node) {
        var known = facts.put(node.name(), node);
        if (known == null) {
            renumber();
        } else if (!known.equals(node)) {
            refresh(node.name());
        }
    }

    private void topologySeen(String node, NodeTopology topology) {
        var shared = matrices.computeIfAbsent(topology.links(), same -> same);
        var next = topology.sharing(shared);
        if (!next.equals(topologies.put(node, next))) {
            refresh(node);
        }
    }

    private void podWaiting(Pod pod) {
        waiting.put(pod.key().uid(), pod);
        // A node that lost the pod's Binding can't be: a pod never goes back to waiting. Claims and reservations stay.
    }

    private void podBound(PodBound event) {
        var uid = event.pod().key().uid();
        waiting.remove(uid);
        drop(uid);
        holdings.put(event);
        refresh(event.node());
    }

    /** Remembers what we told the scheduler, unless the pod is further on than that. */
    public synchronized void claim(Pod pod, String node, GpuSet gpus, Instant lapses) {
        if (isSettled(pod.key().uid())) {
            return;
        }
        drop(pod.key().uid());
        holdings.put(node, new Holding.Claimed(pod, gpus, lapses));
        refresh(node);
    }

    /** Takes a claim back: the scheduler asks about the pod again, or the pod fits nowhere. */
    public synchronized void unclaim(String uid) {
        if (!isSettled(uid)) {
            drop(uid);
        }
    }

    private boolean isSettled(String uid) {
        return holdings.of(uid).filter(placed -> !(placed.holding() instanceof Holding.Claimed)).isPresent();
    }

    /**
     * Reserves GPUs for a pod if the node still is as the caller saw it.
     *
     * @param seen the node's state on which the caller decided
     * @return false when the node has changed since: decide anew
     */
    public synchronized boolean reserve(Pod pod, NodeState seen, GpuSet gpus, Instant now) {
        var current = snapshot.node(seen.name());
        if (current.isEmpty() || current.get() != seen || isSettled(pod.key().uid())) {
            return false;
        }
        drop(pod.key().uid());
        holdings.put(seen.name(), new Holding.Reserved(pod, gpus, now));
        refresh(seen.name());
        return true;
    }

    /** Puts right a reservation whose pod turned out to hold other GPUs, or to be on another node. */
    public synchronized void adopt(Pod pod, String node, List<String> gpus, Instant now) {
        podBound(new PodBound(pod, node, gpus, now));
    }

    /** Gives back what a refused write had reserved. */
    public synchronized void release(String uid) {
        if (holdings.of(uid).filter(placed -> placed.holding() instanceof Holding.Reserved).isPresent()) {
            drop(uid);
        }
    }

    /** Drops the claims that have lapsed; says for how many pods. */
    public synchronized int lapse(Instant now) {
        var lapsed = holdings.lapsed(now);
        lapsed.forEach(this::drop);
        return lapsed.size();
    }

    /** Drops measurements older than this; says on how many nodes. */
    public synchronized int forgetUseBefore(Instant oldest) {
        var stale = new HashMap<String, NodeUse>();
        uses.forEach((node, use) -> {
            if (use.isMeasured() && use.observedAt().isBefore(oldest)) {
                stale.put(node, new NodeUse(use.observedAt(), List.of(), use.devices()));
            }
        });
        uses.putAll(stale);
        stale.keySet().forEach(this::refresh);
        return stale.size();
    }

    public synchronized Optional<Pod> waiting(String uid) {
        return Optional.ofNullable(waiting.get(uid));
    }

    public synchronized List<Pod> waiting() {
        return List.copyOf(waiting.values());
    }

    /** Where a pod's holding is. */
    public record Placed(String node, Holding holding) {}

    public synchronized Optional<Placed> holdingOf(String uid) {
        return holdings.of(uid);
    }

    public synchronized int claims() {
        return holdings.count(Holding.Claimed.class);
    }

    public synchronized int reservations() {
        return holdings.count(Holding.Reserved.class);
    }

    private void drop(String uid) {
        holdings.remove(uid).ifPresent(this::refresh);
    }

    /** Builds one node's state anew; a node that the API server does not show has none. */
    private void refresh(String node) {
        var number = snapshot.names().number(node);
        if (number.isEmpty()) {
            return;
        }
        var states = new NodeState[snapshot.size()];
        for (int i = 0; i < states.length; i++) {
            states[i] = snapshot.node(i);
        }
        var before = states[number.getAsInt()];
        var after = stateOf(node);
        states[number.getAsInt()] = after;
        long inventory = snapshot.inventoryVersion() + (before.topology().equals(after.topology()) ? 0 : 1);
        snapshot = new ClusterSnapshot(snapshot.version() + 1, inventory, snapshot.names(), states);
    }

    private void renumber() {
        var names = NodeNames.of(facts.keySet());
        var states = new NodeState[names.size()];
        for (int i = 0; i < states.length; i++) {
            var known = snapshot.node(names.name(i));
            states[i] = known.isPresent() ? known.get() : stateOf(names.name(i));
        }
        snapshot = new ClusterSnapshot(snapshot.version() + 1, snapshot.inventoryVersion() + 1, names, states);
    }

    private NodeState stateOf(String node) {
        var fact = Optional.ofNullable(facts.get(node)).orElseThrow();
        var topology = topologyOf(fact);
        var use = uses.getOrDefault(node, NodeUse.NONE);
        return new NodeState(fact, topology, use, new ArrayList<>(holdings.on(node, topology, use)));
    }

    private NodeTopology topologyOf(NodeFacts node) {
        var known = topologies.get(node.name());
        if (known != null) {
            return known;
        }
        if (node.devicePluginGpus() > 0) {
            return NodeTopology.counted(Math.min(node.devicePluginGpus(), GpuSet.MAX_GPUS), Allocator.DEVICE_PLUGIN);
        }
        return NodeTopology.NONE;
    }
}
