package dev.busbar.core.score;

import dev.busbar.core.cluster.ClusterSnapshot;
import dev.busbar.core.cluster.Holding;
import dev.busbar.core.cluster.NodeState;
import dev.busbar.core.workload.Demand;
import dev.busbar.core.workload.GpuAsk;
import dev.busbar.core.workload.Pod;
import java.util.LinkedHashSet;
import org.jspecify.annotations.Nullable;

/**
 * Keeps {@link Fragmentation} in step with the cluster: counts each pod's ask once, when it is first asked about or
 * first seen on a node, sees pods leave, and passes on every node's room. Not thread-safe.
 */
public final class Outlook {
    /** Pods whose ask was counted are remembered up to this number. */
    private static final int MOST_COUNTED = 200_000;

    private final Fragmentation fragmentation;
    private final LinkedHashSet<String> counted = new LinkedHashSet<>();
    private @Nullable Rooms rooms;
    private ClusterSnapshot last = ClusterSnapshot.EMPTY;
    private NodeState[] seen = {};

    public Outlook(Fragmentation fragmentation) {
        this.fragmentation = fragmentation;
    }

    /** A pod is asked about; it counts as an arrival the first time. */
    public void asked(Pod pod, Rooms by) {
        if (pod.demand() instanceof Demand.Asks asks) {
            count(pod, asks.ask(), by);
        }
    }

    /** Takes over what has changed since the last snapshot; one that is older than that changes nothing. */
    public void follow(ClusterSnapshot snapshot, Rooms by) {
        if (snapshot.version() < last.version()) {
            return;
        }
        if (snapshot != last || rooms != by) {
            takeOver(snapshot, by);
            last = snapshot;
        }
        fragmentation.renew();
    }

    private void takeOver(ClusterSnapshot snapshot, Rooms by) {
        if (last.names() != snapshot.names()) {
            renumber(snapshot);
        }
        boolean anew = rooms != by;
        rooms = by;
        for (int number = 0; number < seen.length; number++) {
            NodeState now = snapshot.node(number);
            NodeState before = seen[number];
            if (before == now && !anew) {
                continue;
            }
            if (before != now) {
                compare(before, now, by);
            }
            seen[number] = now;
            fragmentation.put(now.name(), by.size(now), by.of(now));
        }
    }

    private void renumber(ClusterSnapshot snapshot) {
        var moved = new NodeState[snapshot.size()];
        for (NodeState state : seen) {
            var number = snapshot.names().number(state.name());
            if (number.isPresent()) {
                moved[number.getAsInt()] = state;
            } else {
                compare(state, NodeState.empty(state.facts(), state.topology()), rooms);
                fragmentation.forget(state.name());
            }
        }
        seen = moved;
    }

    /** Counts the pods that have come to a node, and those that have left it for good. */
    private void compare(@Nullable NodeState before, NodeState now, @Nullable Rooms by) {
        for (Holding holding : now.holdings()) {
            if (isBound(holding) && by != null) {
                count(holding.pod(), holding.ask(), by);
            }
        }
        if (before == null) {
            return;
        }
        for (Holding holding : before.holdings()) {
            if (isBound(holding) && now.holdingOf(holding.pod().key().uid()).isEmpty()) {
                fragmentation.departed();
            }
        }
    }

    /** Claims and reservations may lapse without a pod having come or gone. */
    private static boolean isBound(Holding holding) {
        return holding instanceof Holding.Bound || holding instanceof Holding.Observed;
    }

    private void count(Pod pod, GpuAsk ask, Rooms by) {
        if (!counted.add(pod.key().uid())) {
            return;
        }
        if (counted.size() > MOST_COUNTED) {
            counted.removeFirst();
        }
        fragmentation.arrived(by.of(ask));
    }
}
