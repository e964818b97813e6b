package dev.busbar.core.cluster;

import dev.busbar.core.cluster.ClusterEvent.GangGone;
import dev.busbar.core.cluster.ClusterEvent.GangSeen;
import dev.busbar.core.cluster.ClusterEvent.MonitoringSeen;
import dev.busbar.core.cluster.ClusterEvent.NodeGone;
import dev.busbar.core.cluster.ClusterEvent.NodeSeen;
import dev.busbar.core.cluster.ClusterEvent.PodBound;
import dev.busbar.core.cluster.ClusterEvent.PodEnded;
import dev.busbar.core.cluster.ClusterEvent.PodWaiting;
import dev.busbar.core.cluster.ClusterEvent.TopologyGone;
import dev.busbar.core.cluster.ClusterEvent.TopologySeen;
import dev.busbar.core.cluster.ClusterEvent.UseSeen;
import dev.busbar.core.topology.GpuSet;
import dev.busbar.core.workload.Pod;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The one type that changes. Writers hold its lock for a moment and do no I/O; readers take {@link #snapshot()} once
 * and pass it down.
 */
public final class ClusterState {
    private final Inventory inventory = new Inventory();
    private final Holdings holdings = new Holdings();
    private final WaitingPods waiting = new WaitingPods();
    private final Picture picture = new Picture(inventory, holdings);

    public ClusterSnapshot snapshot() {
        return picture.isStale() ? current() : picture.last();
    }

    private synchronized ClusterSnapshot current() {
        return picture.current();
    }

    public synchronized void apply(ClusterEvent event) {
        switch (event) {
            case NodeSeen seen -> nodeSeen(seen.facts());
            case NodeGone gone -> {
                if (touchIf(inventory.forgetFacts(gone.node()), gone.node())) {
                    picture.nodesChanged();
                }
            }
            case TopologySeen seen -> touchIf(inventory.put(seen.node(), seen.topology()), seen.node());
            case TopologyGone gone -> touchIf(inventory.forgetTopology(gone.node()), gone.node());
            case UseSeen seen -> {
                var before = inventory.use(seen.node()).observedAt();
                measured(seen.node(), inventory.put(seen.node(), seen.use()), before);
            }
            case MonitoringSeen seen -> {
                var before = inventory.use(seen.node()).observedAt();
                measured(seen.node(), inventory.putMonitored(seen.node(), seen.use()), before);
            }
            case PodWaiting pod -> podWaiting(pod.pod());
            case PodBound bound -> podBound(bound);
            case PodEnded ended -> {
                waiting.ended(ended.uid());
                drop(ended.uid());
            }
            case GangSeen seen -> waiting.expect(seen.gang(), seen.least());
            case GangGone gone -> waiting.expect(gone.gang(), 0);
        }
    }

    private void nodeSeen(NodeFacts node) {
        if (touchIf(inventory.put(node), node.name()) && !picture.hasNumber(node.name())) {
            picture.nodesChanged();
        }
    }

    /** A sample that says the same is news where the one before was too old to know a pod. */
    private void measured(String node, boolean changed, Instant before) {
        touchIf(changed || holdings.isAnyShareYounger(node, before), node);
    }

    private boolean touchIf(boolean changed, String node) {
        if (changed) {
            picture.loosen(node);
        }
        return changed;
    }

    /** Word of a waiting pod that is reserved or bound is late: claims and reservations stay. */
    private void podWaiting(Pod pod) {
        waiting.put(pod);
    }

    /** The GPUs that were named when the pod was first seen on its node stand; a later edit moves nothing. */
    private void podBound(PodBound event) {
        var uid = event.pod().key().uid();
        waiting.placed(uid);
        if (!waiting.hasEnded(uid) && !holdings.isBoundAs(event)) {
            var known = holdings.boundGpus(uid, event.node());
            leave(uid, event.node());
            holdings.put(known.isEmpty() ? event : event.with(known));
            picture.touch(event.node());
        }
    }

    /**
     * Remembers what we told the scheduler, in place of an earlier claim, unless the pod is further on than that or
     * the GPUs have gone to another since we looked.
     *
     * @param seen the node's state on which the caller decided
     * @param runnerUp the node that would have been chosen without this one; empty where no other fits
     */
    public synchronized void claim(Pod pod, NodeState seen, GpuSet gpus, Instant lapses, String runnerUp) {
        var uid = pod.key().uid();
        if (isSettled(uid)) {
            return;
        }
        leave(uid, seen.name());
        if (isStillFree(pod, seen, gpus)) {
            holdings.put(seen.name(), new Holding.Claimed(pod, gpus, lapses, runnerUp), seen.topology());
            picture.touch(seen.name());
        } else {
            picture.loosen(seen.name());
        }
    }

    public void claim(Pod pod, NodeState seen, GpuSet gpus, Instant lapses) {
        claim(pod, seen, gpus, lapses, "");
    }

    /** Takes a claim back: the scheduler asks about the pod again, or the pod fits nowhere. */
    public synchronized void unclaim(String uid) {
        if (!isSettled(uid)) {
            drop(uid);
        }
    }

    private boolean isSettled(String uid) {
        return holdings.of(uid)
                .filter(placed -> !(placed.holding() instanceof Holding.Claimed))
                .isPresent();
    }

    /** What became of a wish to reserve. */
    public enum Reservation {
        MADE,
        /** The GPUs have gone to another: decide anew. */
        LOST,
        /** The pod is reserved or bound already. */
        SETTLED
    }

    /**
     * Reserves GPUs for a pod, in place of its claim, if they are still free.
     *
     * @param seen the node's state on which the caller decided
     */
    public synchronized Reservation reserve(Pod pod, NodeState seen, GpuSet gpus, Instant now) {
        var uid = pod.key().uid();
        if (isSettled(uid)) {
            return Reservation.SETTLED;
        }
        if (!isStillFree(pod, seen, gpus)) {
            return Reservation.LOST;
        }
        leave(uid, seen.name());
        holdings.put(seen.name(), new Holding.Reserved(pod, gpus, now), seen.topology());
        picture.touch(seen.name());
        return Reservation.MADE;
    }

    /** Indices mean the same GPUs only while the node is made of the same parts. */
    private boolean isStillFree(Pod pod, NodeState seen, GpuSet gpus) {
        return current()
                .node(seen.name())
                .filter(node -> node.topology().equals(seen.topology()))
                .filter(node ->
                        node.without(pod.key().uid()).hasRoom(pod.demand().ask(), gpus))
                .isPresent();
    }

    /**
     * Puts a reservation right by what a read of the pod says. Where the watch was quicker its word stands: the pod
     * may have ended meanwhile.
     */
    public synchronized void adopt(Pod pod, String node, List<String> gpus, Instant now) {
        if (isReserved(pod.key().uid())) {
            podBound(new PodBound(pod, node, gpus, now));
        }
    }

    /** Gives back what a refused write had reserved. */
    public synchronized void release(String uid) {
        if (isReserved(uid)) {
            drop(uid);
        }
    }

    private boolean isReserved(String uid) {
        return holdings.of(uid)
                .filter(placed -> placed.holding() instanceof Holding.Reserved)
                .isPresent();
    }

    /** Drops the claims that have lapsed; says for how many pods. */
    public synchronized int lapse(Instant now) {
        var lapsed = holdings.lapsed(now);
        lapsed.forEach(this::drop);
        return lapsed.size();
    }

    /** Measurements older than this count no more; says on how many nodes. */
    public synchronized int forgetUseBefore(Instant oldest) {
        var old = inventory.forgetUseBefore(oldest);
        old.forEach(picture::loosen);
        return old.size();
    }

    /** When the agent last spoke that has been silent for the longest, of the nodes that are there. */
    public synchronized Optional<Instant> longestSilent() {
        return inventory.longestSilent();
    }

    public synchronized Optional<Pod> waiting(String uid) {
        return waiting.of(uid);
    }

    public synchronized List<Pod> waiting() {
        return waiting.all();
    }

    /** The rest of a pod's gang as it is now. */
    public synchronized GangMembers othersOf(Pod pod) {
        return GangMembers.besides(pod, waiting, holdings);
    }

    /** Where a pod's holding is. */
    public record Placed(String node, Holding holding) {}

    public synchronized Optional<Placed> holdingOf(String uid) {
        return holdings.of(uid);
    }

    /** The UUIDs by which the pod was bound to the node; none where it is not, or none were named. */
    public synchronized List<String> boundGpus(String uid, String node) {
        return holdings.boundGpus(uid, node);
    }

    /** The reservations that were made before that moment, also those on nodes that are gone. */
    public synchronized List<Holding.Reserved> reservedBefore(Instant moment) {
        return holdings.reservedBefore(moment);
    }

    public synchronized int claims() {
        return holdings.count(Holding.Claimed.class);
    }

    public synchronized int reservations() {
        return holdings.count(Holding.Reserved.class);
    }

    private void drop(String uid) {
        holdings.remove(uid).ifPresent(picture::loosen);
    }

    /** Takes a pod from where it was; only when it goes to another node has something become free. */
    private void leave(String uid, String forNode) {
        holdings.remove(uid).ifPresent(node -> {
            if (node.equals(forNode)) {
                picture.touch(node);
            } else {
                picture.loosen(node);
            }
        });
    }
}
