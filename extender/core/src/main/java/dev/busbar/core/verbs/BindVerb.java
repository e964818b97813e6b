package dev.busbar.core.verbs;

import dev.busbar.core.cluster.ClusterSnapshot;
import dev.busbar.core.cluster.ClusterState;
import dev.busbar.core.cluster.Holding;
import dev.busbar.core.cluster.NodeState;
import dev.busbar.core.placement.Verdict;
import dev.busbar.core.placement.Verdict.Fits;
import dev.busbar.core.placement.Verdicts;
import dev.busbar.core.verbs.PodWriter.Standing;
import dev.busbar.core.verbs.PodWriter.WriteOutcome;
import dev.busbar.core.workload.Demand;
import dev.busbar.core.workload.Pod;
import dev.busbar.core.workload.PodKey;
import java.time.Instant;
import java.util.Optional;

/**
 * Bind this pod to this node: reserves its GPUs in one step, writes one Binding and gives the GPUs back if the write
 * is refused. May be called by many threads, and again for the same pod.
 */
public final class BindVerb {
    /** Others may be quicker between looking and reserving; each try looks anew. */
    private static final int MOST_TRIES = 16;

    private final ClusterState state;
    private final Verdicts verdicts;
    private final PodWriter writer;

    public BindVerb(ClusterState state, Verdicts verdicts, PodWriter writer) {
        this.state = state;
        this.verdicts = verdicts;
        this.writer = writer;
    }

    public BindAnswer bind(PodKey key, String node, Instant now) {
        var held = state.holdingOf(key.uid());
        if (held.isPresent() && !(held.get().holding() instanceof Holding.Claimed)) {
            return again(held.get(), node, now);
        }
        var pod = held.map(placed -> placed.holding().pod()).or(() -> state.waiting(key.uid()));
        if (pod.isEmpty()) {
            return new BindAnswer.Refused("Busbar has not seen pod %s yet".formatted(key.display()));
        }
        if (!pod.get().key().equals(key)) {
            return new BindAnswer.Refused(otherName(pod.get().key(), key));
        }
        if (!(pod.get().demand() instanceof Demand.Asks asks)) {
            return new BindAnswer.Refused("the GPU ask of pod %s can't be read".formatted(key.display()));
        }
        return reserveAndWrite(pod.get(), asks, node, now);
    }

    private static String otherName(PodKey known, PodKey asked) {
        return "pod %s has the UID of pod %s".formatted(asked.display(), known.display());
    }

    private BindAnswer reserveAndWrite(Pod pod, Demand.Asks asks, String node, Instant now) {
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            var snapshot = state.snapshot();
            var seen = snapshot.node(node);
            if (seen.isEmpty()) {
                return new BindAnswer.Refused("Busbar does not know node %s".formatted(node));
            }
            var fits = claimed(snapshot, pod, asks, seen.get())
                    .or(() -> decided(
                            verdicts.on(snapshot, seen.get().without(pod.key().uid()), asks.ask())));
            if (fits.isEmpty()) {
                return new BindAnswer.Conflict("no GPU set is left on node %s for pod %s"
                        .formatted(node, pod.key().display()));
            }
            switch (state.reserve(pod, seen.get(), fits.get().gpus(), now)) {
                case MADE -> {
                    return write(Promise.of(pod, seen.get(), fits.get(), runnerUp(pod, seen.get())), now);
                }
                case SETTLED -> {
                    return bind(pod.key(), node, now);
                }
                case LOST -> {}
            }
        }
        return new BindAnswer.Conflict("node %s changes too fast".formatted(node));
    }

    /** The set that was claimed for the pod on this node, if it is still free. */
    private Optional<Fits> claimed(ClusterSnapshot snapshot, Pod pod, Demand.Asks asks, NodeState node) {
        var uid = pod.key().uid();
        return node.holdingOf(uid)
                .flatMap(claim -> verdicts.measure(snapshot, node.without(uid), asks.ask(), claim.gpus()));
    }

    /** The node that came second when this one was chosen, where that is known. */
    private static String runnerUp(Pod pod, NodeState node) {
        return node.holdingOf(pod.key().uid())
                .filter(Holding.Claimed.class::isInstance)
                .map(claim -> ((Holding.Claimed) claim).runnerUp())
                .orElse("");
    }

    private static Optional<Fits> decided(Verdict verdict) {
        return verdict instanceof Fits fits ? Optional.of(fits) : Optional.empty();
    }

    private BindAnswer write(Promise promise, Instant now) {
        var uid = promise.pod().key().uid();
        return switch (writer.bind(promise)) {
            case WriteOutcome.Done done -> new BindAnswer.Bound(promise);
            case WriteOutcome.AlreadyBound there -> {
                state.adopt(promise.pod(), there.node(), there.gpus(), now);
                yield there.node().equals(promise.node())
                        ? new BindAnswer.AlreadyThere()
                        : new BindAnswer.Refused("pod %s is on node %s already"
                                .formatted(promise.pod().key().display(), there.node()));
            }
            case WriteOutcome.Refused refused -> {
                state.release(uid);
                yield new BindAnswer.Refused(refused.why());
            }
            case WriteOutcome.Unknown unknown -> new BindAnswer.Unknown(promise, unknown.why());
        };
    }

    /** A bind of a pod that is reserved or bound already: a repeat after a time-out, most likely. */
    private BindAnswer again(ClusterState.Placed placed, String node, Instant now) {
        if (placed.holding() instanceof Holding.Reserved) {
            return settle(placed, node, now);
        }
        return placed.node().equals(node)
                ? new BindAnswer.AlreadyThere()
                : new BindAnswer.Refused("pod %s is on node %s already"
                        .formatted(placed.holding().pod().key().display(), placed.node()));
    }

    /** Asks the API server what became of a write that we never heard of again. */
    private BindAnswer settle(ClusterState.Placed placed, String node, Instant now) {
        var pod = placed.holding().pod();
        return switch (writer.read(pod.key())) {
            case Standing.OnNode there -> {
                state.adopt(pod, there.node(), there.gpus(), now);
                yield there.node().equals(node)
                        ? new BindAnswer.AlreadyThere()
                        : new BindAnswer.Refused("pod %s is on node %s already"
                                .formatted(pod.key().display(), there.node()));
            }
            case Standing.Waiting waiting ->
                new BindAnswer.Refused(
                        "a bind of pod %s is under way".formatted(pod.key().display()));
            case Standing.Gone gone -> {
                state.release(pod.key().uid());
                yield new BindAnswer.Refused(
                        "pod %s is gone".formatted(pod.key().display()));
            }
            case Standing.Unreadable unreadable -> new BindAnswer.Refused(unreadable.why());
        };
    }

    /**
     * Settles a reservation whose write's outcome is unknown.
     *
     * @param writeIsOver whether the write can no longer arrive: only then may a waiting pod's GPUs be given back
     */
    public void settle(PodKey key, WriteAge writeIsOver, Instant now) {
        var held = state.holdingOf(key.uid());
        if (held.isEmpty() || !(held.get().holding() instanceof Holding.Reserved reserved)) {
            return;
        }
        switch (writer.read(key)) {
            case Standing.OnNode there -> state.adopt(reserved.pod(), there.node(), there.gpus(), now);
            case Standing.Gone gone -> state.release(key.uid());
            case Standing.Waiting waiting -> {
                if (writeIsOver == WriteAge.OVER) {
                    state.release(key.uid());
                }
            }
            case Standing.Unreadable unreadable -> {}
        }
    }

    /** Whether a write that was not answered may still arrive. */
    public enum WriteAge {
        MAY_ARRIVE,
        OVER
    }
}
