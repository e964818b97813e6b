package dev.busbar.core.verbs;

import dev.busbar.core.cluster.ClusterEvent;
import dev.busbar.core.cluster.ClusterEvent.PodBound;
import dev.busbar.core.cluster.ClusterEvent.PodEnded;
import dev.busbar.core.workload.Pod;
import dev.busbar.core.workload.PodKey;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Keeps pods and Bindings as an API server does, answers writes as its test tells it, and speaks late by a watch. */
final class ApiServer implements PodWriter {
    enum Weather {
        FINE,
        REFUSES,
        /** The write is done and its answer is lost. */
        LOSES_THE_ANSWER,
        /** The write never arrives. */
        LOSES_THE_WRITE;

        private static final List<Weather> ALL = List.of(values());

        static Weather any(RandomGenerator random) {
            return ALL.get(random.nextInt(ALL.size()));
        }
    }

    record Placed(Pod pod, String node, List<String> gpus) {}

    private final Supplier<Weather> weather;
    private final Set<String> alive = new HashSet<>();
    private final Map<String, Placed> bound = new HashMap<>();
    private final Queue<ClusterEvent> watch = new ArrayDeque<>();

    ApiServer(Supplier<Weather> weather) {
        this.weather = weather;
    }

    synchronized void create(Pod pod) {
        alive.add(pod.key().uid());
        watch.add(new ClusterEvent.PodWaiting(pod));
    }

    synchronized void end(String uid) {
        if (alive.remove(uid)) {
            bound.remove(uid);
            watch.add(new PodEnded(uid));
        }
    }

    @Override
    public synchronized WriteOutcome bind(Promise promise) {
        var uid = promise.pod().key().uid();
        var there = bound.get(uid);
        if (there != null) {
            return new WriteOutcome.AlreadyBound(there.node(), there.gpus());
        }
        var now = weather.get();
        if (now == Weather.LOSES_THE_WRITE) {
            return new WriteOutcome.Unknown("no answer");
        }
        if (now == Weather.REFUSES || !alive.contains(uid)) {
            return new WriteOutcome.Refused("no");
        }
        bound.put(uid, new Placed(promise.pod(), promise.node(), promise.gpus()));
        watch.add(new PodBound(promise.pod(), promise.node(), promise.gpus(), Instant.EPOCH));
        return now == Weather.FINE ? new WriteOutcome.Done() : new WriteOutcome.Unknown("no answer");
    }

    @Override
    public synchronized Standing read(PodKey pod) {
        if (!alive.contains(pod.uid())) {
            return new Standing.Gone();
        }
        var there = bound.get(pod.uid());
        return there == null ? new Standing.Waiting() : new Standing.OnNode(there.node(), there.gpus());
    }

    /** The oldest event that the watch has not told yet. */
    synchronized Optional<ClusterEvent> tell() {
        return Optional.ofNullable(watch.poll());
    }

    synchronized Map<String, Placed> bound() {
        return Map.copyOf(bound);
    }
}
