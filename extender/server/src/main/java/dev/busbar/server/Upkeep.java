package dev.busbar.server;

import dev.busbar.core.cluster.ClusterState;
import dev.busbar.core.cluster.Holding.Reserved;
import dev.busbar.core.verbs.BindVerb;
import dev.busbar.core.verbs.BindVerb.WriteAge;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What time does to the state: claims lapse, measurements grow old, and writes that nobody confirmed are looked up. */
final class Upkeep implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);
    private static final Duration EVERY = Duration.ofMillis(500);
    /** An API server gives up a write of its own accord after a minute. */
    private static final Duration WRITE_IS_OVER = Duration.ofSeconds(70);
    /** Reads of one round, so that a watch that lags does not become a storm of reads. */
    private static final int READS_PER_ROUND = 20;

    private final ClusterState state;
    private final BindVerb bind;
    private final Duration writeTimeout;
    private final Duration samplesFor;
    private final CountDownLatch closed = new CountDownLatch(1);

    Upkeep(ClusterState state, BindVerb bind, Duration writeTimeout, Duration samplesFor) {
        this.state = state;
        this.bind = bind;
        this.writeTimeout = writeTimeout;
        this.samplesFor = samplesFor;
    }

    void start(InstantSource clock) {
        Thread.ofVirtual().name("upkeep").start(() -> {
            try {
                while (!closed.await(EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                    safely(clock.instant());
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
            LOG.error("Upkeep failed; the next round tries again", e);
        }
    }

    void round(Instant now) {
        state.lapse(now);
        state.forgetUseBefore(now.minus(samplesFor));
        for (var reserved : unconfirmed(now.minus(writeTimeout).minus(EVERY))) {
            var over = reserved.since().plus(writeTimeout).plus(WRITE_IS_OVER).isBefore(now);
            bind.settle(reserved.pod().key(), over ? WriteAge.OVER : WriteAge.MAY_ARRIVE, now);
        }
    }

    private List<Reserved> unconfirmed(Instant since) {
        return state.reservedBefore(since).stream().limit(READS_PER_ROUND).toList();
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
