package dev.busbar.server.source;

import dev.busbar.core.cluster.ClusterEvent;
import dev.busbar.core.cluster.ClusterEvent.PodBound;
import dev.busbar.core.cluster.ClusterState;
import dev.busbar.core.cluster.Holding;
import dev.busbar.core.verbs.PodWriter;
import dev.busbar.core.verbs.Promise;
import dev.busbar.core.workload.PodKey;
import dev.busbar.server.lease.Leases;
import dev.busbar.server.lease.Tenure;
import dev.busbar.server.wake.Waker;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** A cluster that is given once, from a folder say; only our own Bindings change it. */
public final class FixedCluster implements ClusterSource {
    private final List<ClusterEvent> events;
    private Optional<ClusterState> filled = Optional.empty();

    public FixedCluster(List<ClusterEvent> events) {
        this.events = List.copyOf(events);
    }

    @Override
    public void start(ClusterState state) {
        events.forEach(state::apply);
        filled = Optional.of(state);
    }

    @Override
    public Optional<String> missing() {
        return Optional.empty();
    }

    @Override
    public Duration age() {
        return Duration.ZERO;
    }

    @Override
    public PodWriter writer(Tenure tenure) {
        return new Writer(filled.orElseThrow());
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

    /** Stands in for the API server: what is written is what the watch would show. */
    private record Writer(ClusterState state) implements PodWriter {
        @Override
        public WriteOutcome bind(Promise promise) {
            var now = InstantSource.system().instant();
            state.apply(new PodBound(promise.pod(), promise.node(), promise.gpus(), now));
            return new WriteOutcome.Done();
        }

        @Override
        public Standing read(PodKey pod) {
            var held = state.holdingOf(pod.uid());
            if (held.isPresent() && held.get().holding() instanceof Holding.Bound) {
                return new Standing.OnNode(held.get().node(), List.of());
            }
            return new Standing.Waiting();
        }
    }
}
