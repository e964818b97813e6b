package dev.busbar.core.verbs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.core.Machines;
import dev.busbar.core.cluster.ClusterEvent.NodeSeen;
import dev.busbar.core.cluster.ClusterEvent.TopologySeen;
import dev.busbar.core.cluster.ClusterState;
import dev.busbar.core.placement.Verdicts;
import dev.busbar.core.verbs.ApiServer.Weather;
import dev.busbar.core.verbs.BindVerb.WriteAge;
import dev.busbar.core.workload.GpuAsk;
import dev.busbar.core.workload.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;

/** Many threads bind at once, as kube-scheduler does, while the watch speaks and other pods are asked about. */
class BindRaceTest {
    private static final Instant NOW = Instant.parse("2026-11-25T02:00:00Z");
    private static final int PODS = 120;
    private static final int THREADS = 12;
    private static final List<String> NODES = List.of("n1", "n2", "n3");

    private final ClusterState state = new ClusterState();
    private final Verdicts verdicts = new Verdicts();
    private final ApiServer server = new ApiServer(BindRaceTest::weather);
    private final BindVerb bind = new BindVerb(state, verdicts, server);
    private final AtomicInteger bound = new AtomicInteger();
    private final FilterVerb filter = new FilterVerb(state, verdicts, Duration.ofSeconds(30));
    private final PrioritizeVerb prioritize = new PrioritizeVerb(state, verdicts, Duration.ofSeconds(30));

    private static Weather weather() {
        return Weather.any(ThreadLocalRandom.current());
    }

    @RepeatedTest(20)
    void no_gpu_is_given_twice_when_many_threads_bind_at_once() throws Exception {
        NODES.forEach(node -> {
            state.apply(new NodeSeen(Machines.facts(node)));
            state.apply(new TopologySeen(node, Machines.bridgedA100()));
        });
        var pods = new ConcurrentLinkedQueue<Pod>();
        for (int i = 0; i < PODS; i++) {
            var pod = Pod.of(Machines.pod("p" + i), GpuAsk.whole(1 + i % 3));
            pods.add(pod);
            server.create(pod);
        }
        hear();

        try (var threads = Executors.newFixedThreadPool(THREADS)) {
            var running = new ArrayList<Future<?>>();
            for (int i = 0; i < THREADS; i++) {
                running.add(threads.submit(() -> schedule(pods)));
            }
            for (var each : running) {
                each.get();
            }
        }
        hear();

        assertThat(givenTwice()).isEmpty();
        assertThat(givenAsTheStateHasIt()).isTrue();
        assertThat(bound.get())
                .as("binds that went through, so that the race was one")
                .isPositive();
    }

    private void schedule(ConcurrentLinkedQueue<Pod> pods) {
        for (var pod = pods.poll(); pod != null; pod = pods.poll()) {
            for (int attempt = 0; attempt < 3; attempt++) {
                var snapshot = state.snapshot();
                var numbers = IntStream.range(0, snapshot.size()).toArray();
                filter.answer(snapshot, pod, numbers, NOW);
                var ranking = prioritize.answer(snapshot, pod, numbers, NOW);
                if (ranking.hasBest()) {
                    var answer = bind.bind(pod.key(), snapshot.names().name(numbers[ranking.best()]), NOW);
                    bound.addAndGet(answer instanceof BindAnswer.Bound ? 1 : 0);
                }
                bind.settle(pod.key(), WriteAge.OVER, NOW);
                if (ThreadLocalRandom.current().nextInt(8) == 0) {
                    server.end(pod.key().uid());
                }
                hear();
            }
            giveUpUnlessBound(pod);
        }
    }

    /** A pod that waits for ever would keep its claim, and the race would end with the first few. */
    private void giveUpUnlessBound(Pod pod) {
        if (!server.bound().containsKey(pod.key().uid())) {
            server.end(pod.key().uid());
            hear();
        }
    }

    /** One ear at a time: a watch speaks in order. */
    private synchronized void hear() {
        for (var event = server.tell(); event.isPresent(); event = server.tell()) {
            state.apply(event.get());
        }
    }

    private List<String> givenTwice() {
        var owners = new HashMap<String, String>();
        var twice = new ArrayList<String>();
        server.bound()
                .forEach((uid, placed) -> placed.gpus().forEach(gpu -> {
                    var other = owners.put(placed.node() + "/" + gpu, uid);
                    if (other != null) {
                        twice.add("%s/%s: %s and %s".formatted(placed.node(), gpu, other, uid));
                    }
                }));
        return twice;
    }

    private boolean givenAsTheStateHasIt() {
        Map<String, Integer> given = new HashMap<>();
        server.bound()
                .values()
                .forEach(placed -> given.merge(placed.node(), placed.gpus().size(), Integer::sum));
        state.lapse(Instant.MAX);
        return NODES.stream()
                .allMatch(node ->
                        8 - state.snapshot().node(node).orElseThrow().free().count() == given.getOrDefault(node, 0));
    }
}
