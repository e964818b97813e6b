package dev.busbar.server.wake;

import dev.busbar.core.workload.Pod;
import dev.busbar.server.metrics.ServerMetrics;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks again and again which refused pods fit by now, and wakes them at a bounded rate. */
public final class Waking implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Waking.class);
    private static final Duration EVERY = Duration.ofMillis(500);

    private final WakeConfig config;
    private final WhereItFits room;
    private final Refusals refusals;
    private final Waker waker;
    private final ServerMetrics metrics;
    private final CountDownLatch closed = new CountDownLatch(1);
    private double allowed;
    private boolean failing;

    public Waking(WakeConfig config, WhereItFits room, Refusals refusals, Waker waker, ServerMetrics metrics) {
        this.config = config;
        this.room = room;
        this.refusals = refusals;
        this.waker = waker;
        this.metrics = metrics;
    }

    /** Begins to look, at the times at which this Busbar decides. */
    public void start(BooleanSupplier decides, InstantSource clock) {
        Thread.ofVirtual().name("waking").start(() -> {
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
            LOG.error("Waking pods failed; the next round tries again", e);
        }
    }

    void round(Instant now) {
        allowed = Math.min(config.perSecond(), allowed + config.perSecond() * EVERY.toMillis() / 1000.0);
        var snapshot = room.state().snapshot();
        boolean broken = false;
        for (var pod : refusals.due(snapshot, now, (int) allowed, ask -> room.nodes(snapshot, ask))) {
            var uid = pod.key().uid();
            if (room.state().waiting(uid).isEmpty()) {
                refusals.forget(uid);
            } else if (broken) {
                refusals.failed(uid);
            } else {
                broken = !wakes(pod, now);
            }
        }
    }

    /** Whether the API server did what it was asked. */
    private boolean wakes(Pod pod, Instant now) {
        allowed--;
        return switch (waker.wake(pod.key(), now)) {
            case Waker.Outcome.Woken woken -> {
                metrics.woke("woken");
                LOG.atInfo().addKeyValue("pod", pod.key().display()).log("Woke a waiting pod that fits now");
                failing = false;
                yield true;
            }
            case Waker.Outcome.Gone gone -> {
                metrics.woke("gone");
                refusals.forget(pod.key().uid());
                yield true;
            }
            case Waker.Outcome.Failed failed -> {
                metrics.woke("failed");
                refusals.failed(pod.key().uid());
                complain(pod, failed.why());
                failing = true;
                yield false;
            }
        };
    }

    private void complain(Pod pod, String why) {
        if (!failing) {
            LOG.atWarn()
                    .addKeyValue("pod", pod.key().display())
                    .addKeyValue("reason", why)
                    .log("A waiting pod could not be woken; Busbar tries again, and says so no more until it succeeds");
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
