package dev.busbar.server.devices;

import dev.busbar.core.cluster.ClusterState;
import dev.busbar.core.cluster.DeviceCheck;
import dev.busbar.core.cluster.DeviceCheck.Outcome;
import dev.busbar.core.cluster.NodeState;
import dev.busbar.server.metrics.ServerMetrics;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares what pods hold with what was named for them, whenever a node's agent tells. Each pod is counted once per
 * outcome; one that holds other GPUs than promised is logged and its owner is told.
 */
public final class DeviceWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceWatch.class);
    private static final Duration EVERY = Duration.ofMillis(500);
    /** Notices of one round, so that a cluster that drifts as a whole is no storm of writes. */
    private static final int NOTICES_PER_ROUND = 10;

    private final ClusterState state;
    private final Optional<DriftNotice> notice;
    private final ServerMetrics metrics;
    private final CountDownLatch closed = new CountDownLatch(1);
    /** Nodes as they were when we looked; the same object has nothing new to tell. */
    private final Map<String, NodeState> looked = new HashMap<>();

    private final Map<String, Map<String, DeviceCheck>> known = new HashMap<>();
    private final Map<String, DeviceCheck> untold = new HashMap<>();
    private boolean failing;

    public DeviceWatch(ClusterState state, Optional<DriftNotice> notice, ServerMetrics metrics) {
        this.state = state;
        this.notice = notice;
        this.metrics = metrics;
    }

    /** Begins to look, at the times at which this Busbar decides. */
    public void start(BooleanSupplier decides, InstantSource clock) {
        Thread.ofVirtual().name("device-watch").start(() -> {
            try {
                while (!closed.await(EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                    if (decides.getAsBoolean()) {
                        safely(clock.instant());
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private void safely(Instant now) {
        try {
            round(now);
        } catch (RuntimeException e) {
            LOG.error("Comparing devices failed; the next round tries again", e);
        }
    }

    void round(Instant now) {
        var snapshot = state.snapshot();
        var present = new HashSet<String>();
        for (int i = 0; i < snapshot.size(); i++) {
            var node = snapshot.node(i);
            present.add(node.name());
            if (looked.put(node.name(), node) != node) {
                look(node);
            }
        }
        forgetAllBut(present);
        metrics.drifted(drifted());
        tell(now);
    }

    private void look(NodeState node) {
        var before = known.getOrDefault(node.name(), Map.of());
        var checks = new HashMap<String, DeviceCheck>();
        for (var holding : node.holdings()) {
            DeviceCheck.of(node, holding)
                    .ifPresent(check -> checks.put(check.pod().uid(), check));
        }
        checks.forEach((uid, check) -> {
            if (!check.equals(before.get(uid))) {
                found(check, before.containsKey(uid) && before.get(uid).outcome() == check.outcome());
            }
        });
        before.keySet().stream().filter(uid -> isSettled(checks.get(uid))).forEach(untold::remove);
        known.put(node.name(), checks);
    }

    private static boolean isSettled(@Nullable DeviceCheck check) {
        return check == null || check.outcome() != Outcome.DRIFTED;
    }

    private void found(DeviceCheck check, boolean counted) {
        if (!counted) {
            metrics.compared(check.outcome());
        }
        if (check.outcome() == Outcome.DRIFTED) {
            untold.put(check.pod().uid(), check);
            LOG.atWarn()
                    .addKeyValue("pod", check.pod().display())
                    .addKeyValue("node", check.node())
                    .addKeyValue("reason", check.words())
                    .log("A pod holds other GPUs than it was promised");
        }
    }

    private void forgetAllBut(Set<String> present) {
        looked.keySet().retainAll(present);
        known.keySet().retainAll(present);
    }

    private long drifted() {
        return known.values().stream()
                .flatMap(checks -> checks.values().stream())
                .filter(check -> check.outcome() == Outcome.DRIFTED)
                .count();
    }

    private void tell(Instant now) {
        if (notice.isEmpty()) {
            untold.clear();
            return;
        }
        for (var drift : List.copyOf(untold.values()).subList(0, Math.min(untold.size(), NOTICES_PER_ROUND))) {
            switch (notice.get().tell(drift, now)) {
                case DriftNotice.Outcome.Told told -> {
                    untold.remove(drift.pod().uid());
                    failing = false;
                }
                case DriftNotice.Outcome.Failed failed -> {
                    complain(drift, failed.why());
                    return;
                }
            }
        }
    }

    private void complain(DeviceCheck drift, String why) {
        if (!failing) {
            failing = true;
            LOG.atWarn()
                    .addKeyValue("pod", drift.pod().display())
                    .addKeyValue("reason", why)
                    .log("A pod's owner could not be told of drift; Busbar tries again, and says so no more until"
                            + " then");
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
