package dev.busbar.core.verbs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.core.Machines;
import dev.busbar.core.cluster.ClusterEvent.NodeGone;
import dev.busbar.core.cluster.ClusterEvent.NodeSeen;
import dev.busbar.core.cluster.ClusterEvent.TopologySeen;
import dev.busbar.core.cluster.ClusterState;
import dev.busbar.core.cluster.Holding;
import dev.busbar.core.cluster.NodeState;
import dev.busbar.core.placement.NodeVerdicts;
import dev.busbar.core.placement.Ranking;
import dev.busbar.core.placement.Verdict;
import dev.busbar.core.placement.Verdicts;
import dev.busbar.core.topology.NodeTopology;
import dev.busbar.core.verbs.ApiServer.Weather;
import dev.busbar.core.verbs.BindVerb.WriteAge;
import dev.busbar.core.workload.GpuAsk;
import dev.busbar.core.workload.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random verbs, writes and watch events on three nodes. After each step the state is compared with a twin that adds up
 * holdings one by one, and the kept verdicts with fresh ones.
 */
class RandomLifeTest {
    private static final int STEPS = 1_500;
    private static final int STEPS_BETWEEN_COMPARISONS = 25;
    private static final Duration CLAIM = Duration.ofSeconds(10);
    private static final Map<String, NodeTopology> MACHINES =
            Map.of("n1", Machines.hgxA100(), "n2", Machines.bridgedA100(), "n3", Machines.pcieOnly(4));
    private static final List<GpuAsk> ASKS = List.of(
            GpuAsk.whole(1),
            GpuAsk.whole(2),
            GpuAsk.whole(4),
            GpuAsk.share(30 * Machines.GIB, 0),
            GpuAsk.share(0, 400),
            GpuAsk.none(2_000, Machines.GIB));

    private final ClusterState state = new ClusterState();
    private final Verdicts verdicts = new Verdicts();
    private final List<Pod> pods = new ArrayList<>();
    private Instant now = Instant.parse("2026-11-25T02:00:00Z");

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void no_gpu_is_held_twice_whatever_happens(long seed) {
        var random = new Random(seed);
        var server = new ApiServer(() -> Weather.any(random));
        var bind = new BindVerb(state, verdicts, server);
        MACHINES.forEach(this::seen);

        for (int step = 0; step < STEPS; step++) {
            var what = step(random, server, bind);
            compareWithTwin("seed %d, step %d: %s".formatted(seed, step, what));
            if (step % STEPS_BETWEEN_COMPARISONS == 0) {
                compareVerdicts("seed %d, step %d: %s".formatted(seed, step, what));
            }
        }
        pods.forEach(pod -> server.end(pod.key().uid()));
        hear(server, Integer.MAX_VALUE);
        pods.forEach(pod -> bind.settle(pod.key(), WriteAge.OVER, now));
        state.lapse(Instant.MAX);

        assertThat(state.claims() + state.reservations() + state.waiting().size())
                .isZero();
        assertThat(nodes()).allMatch(node -> node.holdings().isEmpty());
    }

    private String step(Random random, ApiServer server, BindVerb bind) {
        int kind = random.nextInt(20);
        now = now.plusMillis(random.nextInt(1500));
        if (kind < 3 || pods.isEmpty()) {
            var pod = Pod.of(Machines.pod("p" + pods.size()), ASKS.get(random.nextInt(ASKS.size())));
            pods.add(pod);
            server.create(pod);
            return "a pod is created";
        }
        var pod = pods.get(Math.max(0, pods.size() - 1 - random.nextInt(12)));
        var snapshot = state.snapshot();
        var numbers = IntStream.range(-1, snapshot.size())
                .filter(n -> random.nextInt(4) > 0)
                .toArray();
        var node = List.copyOf(MACHINES.keySet()).get(random.nextInt(3));
        switch (kind) {
            case 3, 4, 5, 6 -> new FilterVerb(state, verdicts, CLAIM).answer(snapshot, pod, numbers, now);
            case 7, 8, 9 -> {
                var ranking = new PrioritizeVerb(state, verdicts, CLAIM).answer(snapshot, pod, numbers, now);
                if (ranking.hasBest() && random.nextBoolean()) {
                    bind.bind(pod.key(), snapshot.names().name(numbers[ranking.best()]), now);
                }
            }
            case 10, 11 -> bind.bind(pod.key(), node, now);
            case 12 -> bind.settle(pod.key(), random.nextBoolean() ? WriteAge.OVER : WriteAge.MAY_ARRIVE, now);
            case 13 -> state.lapse(now);
            case 14, 15 ->
                server.end(pods.get(random.nextInt(pods.size())).key().uid());
            case 16 -> {
                state.apply(random.nextInt(3) == 0 ? new NodeGone(node) : new NodeSeen(Machines.facts(node)));
            }
            default -> hear(server, 1 + random.nextInt(4));
        }
        return "kind " + kind + " on " + pod.key().name();
    }

    private void seen(String node, NodeTopology machine) {
        state.apply(new NodeSeen(Machines.facts(node)));
        state.apply(new TopologySeen(node, machine));
    }

    private void hear(ApiServer server, int most) {
        for (int i = 0; i < most; i++) {
            var event = server.tell();
            if (event.isEmpty()) {
                return;
            }
            state.apply(event.get());
        }
    }

    private List<NodeState> nodes() {
        var snapshot = state.snapshot();
        return IntStream.range(0, snapshot.size()).mapToObj(snapshot::node).toList();
    }

    private void compareWithTwin(String when) {
        var holders = new HashMap<String, String>();
        for (var node : nodes()) {
            var left = new int[node.topology().gpus().size()];
            var memory = new long[left.length];
            Arrays.fill(left, 1000);
            Arrays.fill(memory, 80 * Machines.GIB);
            for (var holding : node.holdings()) {
                var uid = holding.pod().key().uid();
                assertThat(holders.put(uid, node.name()))
                        .as("%s: nodes that hold for %s", when, uid)
                        .isNull();
                assertThat(state.holdingOf(uid).orElseThrow().node()).isEqualTo(node.name());
                assertThat(holding).isNotInstanceOf(Holding.Observed.class);
                take(holding, left, memory);
            }
            for (int gpu = 0; gpu < left.length; gpu++) {
                assertThat(left[gpu])
                        .as("%s: milli left of %s/%d", when, node.name(), gpu)
                        .isNotNegative();
                assertThat(memory[gpu])
                        .as("%s: memory left of %s/%d", when, node.name(), gpu)
                        .isNotNegative();
                boolean untouched = left[gpu] == 1000 && memory[gpu] == 80 * Machines.GIB;
                assertThat(node.free().contains(gpu))
                        .as("%s: %s/%d is free", when, node.name(), gpu)
                        .isEqualTo(untouched);
                assertThat(node.freeMilli(gpu)).isEqualTo(left[gpu]);
                assertThat(node.freeMemoryBytes(gpu)).isEqualTo(left[gpu] == 0 ? 0 : memory[gpu]);
            }
        }
    }

    private static void take(Holding holding, int[] left, long[] memory) {
        for (int gpu : holding.gpus().indices().toArray()) {
            switch (holding.ask().devices()) {
                case GpuAsk.None none -> throw new AssertionError("a pod without an ask holds " + holding.gpus());
                case GpuAsk.Whole whole -> left[gpu] -= 1000;
                case GpuAsk.Share share -> {
                    left[gpu] -= share.milli();
                    memory[gpu] -= share.memoryBytes();
                }
            }
        }
    }

    private void compareVerdicts(String when) {
        var snapshot = state.snapshot();
        var numbers = IntStream.range(0, snapshot.size()).toArray();
        for (var ask : ASKS) {
            var kept = verdicts.on(snapshot, ask, numbers);
            var fresh = new Verdict[numbers.length];
            for (int number : numbers) {
                fresh[number] = verdicts.on(snapshot, snapshot.node(number), ask);
                assertThat(kept.verdict(number))
                        .as("%s: verdict of node %d for %s", when, number, ask)
                        .isEqualTo(fresh[number]);
                assertThat(kept.fits(number)).isEqualTo(fresh[number] instanceof Verdict.Fits);
            }
            assertThat(ranked(numbers, kept))
                    .as("%s: order for %s", when, ask)
                    .isEqualTo(ranked(numbers, kept.replacedBy(fresh)));
        }
    }

    private static List<Integer> ranked(int[] numbers, NodeVerdicts verdicts) {
        var ranking = Ranking.of(numbers, verdicts);
        return Stream.concat(
                        Stream.of(ranking.best(), ranking.runnerUp()),
                        Arrays.stream(numbers).mapToObj(ranking::score))
                .toList();
    }
}
