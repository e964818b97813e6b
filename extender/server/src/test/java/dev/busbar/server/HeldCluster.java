package dev.busbar.server;

import dev.busbar.core.cluster.ClusterState;
import dev.busbar.core.verbs.PodWriter;
import dev.busbar.core.verbs.Promise;
import dev.busbar.core.workload.PodKey;
import dev.busbar.server.lease.Leases;
import dev.busbar.server.lease.Tenure;
import dev.busbar.server.source.ClusterSource;
import dev.busbar.server.source.FixedCluster;
import dev.busbar.server.wake.Waker;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A source whose readiness and writer a test holds in its hands. */
final class HeldCluster implements ClusterSource {
    private final FixedCluster cluster = new FixedCluster(Asks.nodes(2, 4));
    final CountDownLatch begun = new CountDownLatch(1);
    final CountDownLatch mayEnd = new CountDownLatch(1);
    volatile Optional<String> missing = Optional.empty();
    volatile Duration age = Duration.ZERO;

    @Override
    public void start(ClusterState state) {
        cluster.start(state);
    }

    @Override
    public Optional<String> missing() {
        return missing;
    }

    @Override
    public Duration age() {
        return age;
    }

    @Override
    public PodWriter writer(Tenure tenure) {
        var inner = cluster.writer(tenure);
        return new PodWriter() {
            @Override
            public WriteOutcome bind(Promise promise) {
                begun.countDown();
                try {
                    mayEnd.await(30, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return inner.bind(promise);
            }

            @Override
            public Standing read(PodKey pod) {
                return inner.read(pod);
            }
        };
    }

    @Override
    public boolean takeOver() {
        return true;
    }

    @Override
    public Optional<Leases> leases(String namespace, String name) {
        return Optional.empty();
    }

    @Override
    public Optional<Waker> waker() {
        return Optional.empty();
    }

    @Override
    public void close() {}
}
