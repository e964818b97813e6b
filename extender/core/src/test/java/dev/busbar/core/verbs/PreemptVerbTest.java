package dev.busbar.core.verbs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.core.Machines;
import dev.busbar.core.cluster.ClusterEvent.NodeSeen;
import dev.busbar.core.cluster.ClusterEvent.PodBound;
import dev.busbar.core.cluster.ClusterEvent.TopologySeen;
import dev.busbar.core.cluster.ClusterSnapshot;
import dev.busbar.core.cluster.ClusterState;
import dev.busbar.core.cluster.Holding;
import dev.busbar.core.cluster.NodeState;
import dev.busbar.core.placement.Verdict;
import dev.busbar.core.placement.Verdicts;
import dev.busbar.core.topology.GpuSet;
import dev.busbar.core.topology.NodeTopology;
import dev.busbar.core.verbs.PreemptVerb.Victims;
import dev.busbar.core.workload.Conditions;
import dev.busbar.core.workload.Conditions.LinkNeed;
import dev.busbar.core.workload.Conditions.NumaNeed;
import dev.busbar.core.workload.Conditions.RdmaNeed;
import dev.busbar.core.workload.Demand;
import dev.busbar.core.workload.GangKey;
import dev.busbar.core.workload.GpuAsk;
import dev.busbar.core.workload.Intent;
import dev.busbar.core.workload.Pod;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PreemptVerbTest {
    private static final Conditions NVLINK = new Conditions(0, LinkNeed.NVLINK, NumaNeed.ANY, RdmaNeed.NONE, Set.of());

    private final ClusterState state = new ClusterState();
    private final Verdicts verdicts = new Verdicts();
    private final PreemptVerb verb = new PreemptVerb(verdicts);

    @Test
    void nobody_is_evicted_for_a_pod_whose_ask_cannot_be_read() {
        var malformed = new Pod(Machines.pod("m"), new Demand.Malformed(Demand.Flaw.COUNT, "x"), GangKey.NONE, 9);
        var proposed = Map.of("n", new PreemptVerb.Victims(List.of("uid-a"), 0));

        var answer = new PreemptVerb(new Verdicts()).answer(ClusterSnapshot.EMPTY, malformed, proposed);

        assertThat(answer).isEmpty();
    }

    @Test
    void one_bridged_pair_is_freed_although_the_scheduler_would_break_two() {
        node("n", Machines.bridgedA100());
        for (int gpu = 0; gpu < 8; gpu++) {
            bound("p" + gpu, GpuAsk.whole(1), "n", gpu, 0);
        }

        var answer = verb.answer(state.snapshot(), important(GpuAsk.whole(2)), propose("n", "p0", "p1"));

        assertThat(answer).isEqualTo(propose("n", "p0", "p2"));
    }

    @Test
    void the_least_important_pods_go() {
        node("n", Machines.bridgedA100());
        for (int gpu = 0; gpu < 8; gpu++) {
            bound("p" + gpu, GpuAsk.whole(1), "n", gpu, gpu == 4 || gpu == 5 ? 1 : 2);
        }

        var answer = verb.answer(state.snapshot(), important(GpuAsk.whole(2)), propose("n", "p0", "p2"));

        assertThat(answer).isEqualTo(propose("n", "p4", "p5"));
    }

    @Test
    void a_node_where_evicting_does_not_help_is_left_out() {
        node("n1", Machines.pcieOnly(4));
        node("n2", Machines.bridgedA100());
        for (var node : List.of("n1", "n2")) {
            for (int gpu = 0; gpu < (node.equals("n1") ? 4 : 8); gpu++) {
                bound(node + "-" + gpu, GpuAsk.whole(1), node, gpu, 0);
            }
        }
        var proposed = Map.of("n1", victims("n1-0", "n1-1"), "n2", victims("n2-0", "n2-1"), "nowhere", victims("x"));

        var answer = verb.answer(state.snapshot(), important(GpuAsk.whole(2).with(NVLINK)), proposed);

        assertThat(answer).isEqualTo(propose("n2", "n2-0", "n2-2"));
    }

    @Test
    void of_nodes_that_cost_the_same_the_better_linked_one_stays() {
        node("n1", Machines.pcieOnly(4));
        node("n2", Machines.hgxA100());
        bound("a", GpuAsk.whole(4), "n1", GpuSet.first(4), 0);
        bound("b", GpuAsk.whole(8), "n2", GpuSet.first(8), 0);

        var answer = verb.answer(
                state.snapshot(), important(GpuAsk.whole(2)), Map.of("n1", victims("a"), "n2", victims("b")));

        assertThat(answer).isEqualTo(propose("n2", "b"));
    }

    @Test
    void pods_that_are_no_less_important_are_never_named() {
        node("n", Machines.pcieOnly(4));
        bound("a", GpuAsk.whole(4), "n", GpuSet.first(4), 10);

        assertThat(verb.answer(state.snapshot(), important(GpuAsk.whole(2)), propose("n", "a")))
                .isEmpty();
    }

    @Test
    void cpu_is_freed_as_well() {
        node("n", Machines.pcieOnly(4));
        bound("gpus", GpuAsk.whole(4).beside(1_000, 0), "n", GpuSet.first(4), 0);
        bound("cpu", GpuAsk.none(120_000, 0), "n", GpuSet.NONE, 0);

        var answer = verb.answer(
                state.snapshot(), important(GpuAsk.whole(2).beside(16_000, 0)), propose("n", "gpus", "cpu"));

        assertThat(answer).isEqualTo(propose("n", "gpus", "cpu"));
    }

    @Test
    void where_gpus_are_free_the_schedulers_reasons_are_its_own() {
        node("n", Machines.pcieOnly(4));
        bound("a", GpuAsk.whole(1), "n", 0, 0);

        var answer = verb.answer(state.snapshot(), important(GpuAsk.whole(2)), propose("n", "a"));

        assertThat(answer).isEqualTo(propose("n", "a"));
    }

    @Test
    void pods_without_whole_gpus_keep_the_schedulers_choice() {
        var proposed = Map.of("n1", victims("a"), "n2", victims());

        assertThat(verb.answer(state.snapshot(), important(GpuAsk.none(1, 1)), proposed))
                .isEqualTo(propose("n1", "a"));
    }

    @Test
    void no_other_victims_are_less_important_or_fewer_or_free_faster_links() {
        int helped = 0;
        for (int seed = 0; seed < 400; seed++) {
            var random = new Random(seed);
            var machine = List.of(Machines.bridgedA100(), Machines.dgx1v(), Machines.pcieOnly(4))
                    .get(seed % 3);
            var node = fill(NodeState.empty(Machines.facts("n" + seed), machine), random);
            node("n" + seed, machine);
            node.holdings().forEach(holding -> bound(holding, node));
            var ask = GpuAsk.whole(1 + random.nextInt(4));
            var pod = important(random.nextBoolean() ? ask : ask.with(NVLINK));

            var answer = verb.answer(state.snapshot(), pod, propose("n" + seed, "nobody"));

            var expected = twin(node, pod);
            assertThat(answer.isEmpty()).as("seed %d: %s", seed, expected).isEqualTo(expected.isEmpty());
            if (expected.isPresent()) {
                helped++;
                var uids = answer.values().iterator().next().uids();
                var found = node.holdings().stream()
                        .filter(holding -> uids.contains(holding.pod().key().uid()))
                        .toList();
                assertThat(found).as("seed %d: pods of the node", seed).hasSameSizeAs(uids);
                assertThat(cost(node, pod, found)).as("seed %d", seed).isEqualByComparingTo(expected.get());
            }
        }
        assertThat(helped).isGreaterThan(50);
    }

    /** What a choice of victims costs and frees; smaller is better. */
    private record Cost(int highest, int count, long sum, double speed) implements Comparable<Cost> {
        @Override
        public int compareTo(Cost other) {
            return Comparator.comparingInt(Cost::highest)
                    .thenComparingInt(Cost::count)
                    .thenComparingLong(Cost::sum)
                    .thenComparingDouble(cost -> -cost.speed())
                    .compare(this, other);
        }
    }

    /** Tries all sets of victims; empty where the pod fits without any. */
    private Optional<Cost> twin(NodeState node, Pod pod) {
        var mayGo = node.holdings().stream()
                .filter(h -> h.pod().priority() < pod.priority())
                .toList();
        if (speed(node, pod) >= 0) {
            return Optional.empty();
        }
        var costs = new ArrayList<Cost>();
        for (int mask = 1; mask < 1 << mayGo.size(); mask++) {
            var victims = new ArrayList<Holding>();
            for (int i = 0; i < mayGo.size(); i++) {
                if ((mask & 1 << i) != 0) {
                    victims.add(mayGo.get(i));
                }
            }
            costs.add(cost(node, pod, victims));
        }
        return costs.stream().filter(cost -> cost.speed() >= 0).min(Comparator.naturalOrder());
    }

    private Cost cost(NodeState node, Pod pod, List<Holding> victims) {
        var without = node;
        for (var victim : victims) {
            without = without.without(victim.pod().key().uid());
        }
        return new Cost(
                victims.stream().mapToInt(v -> v.pod().priority()).max().orElse(Integer.MIN_VALUE),
                victims.size(),
                victims.stream().mapToLong(v -> v.pod().priority()).sum(),
                speed(without, pod));
    }

    /** GB/s of the fastest set, below 0 where the pod does not fit. */
    private double speed(NodeState node, Pod pod) {
        var fast = pod.demand().ask().with(Intent.FAST);
        return verdicts.on(state.snapshot(), node, fast) instanceof Verdict.Fits fits ? fits.gigabytesPerSecond() : -1;
    }

    private static NodeState fill(NodeState empty, Random random) {
        var node = empty;
        for (int i = 0; i < 8; i++) {
            var free = node.free().indices().toArray();
            int count = Math.min(free.length, 1 + random.nextInt(3));
            if (count == 0 || random.nextInt(8) == 0) {
                continue;
            }
            var gpus = GpuSet.NONE;
            while (gpus.count() < count) {
                gpus = gpus.with(free[random.nextInt(free.length)]);
            }
            var pod = pod(empty.name() + "-" + i, GpuAsk.whole(count), random.nextInt(7) == 0 ? 10 : random.nextInt(3));
            node = node.with(new Holding.Bound(pod, gpus, Instant.EPOCH));
        }
        return node;
    }

    private void node(String name, NodeTopology machine) {
        state.apply(new NodeSeen(Machines.facts(name)));
        state.apply(new TopologySeen(name, machine));
    }

    private void bound(String name, GpuAsk ask, String node, int gpu, int priority) {
        bound(name, ask, node, GpuSet.of(gpu), priority);
    }

    private void bound(String name, GpuAsk ask, String node, GpuSet gpus, int priority) {
        bound(new Holding.Bound(pod(name, ask, priority), gpus, Instant.EPOCH), node);
    }

    private void bound(Holding holding, NodeState node) {
        bound(holding, node.name());
    }

    private void bound(Holding holding, String node) {
        var uuids = holding.gpus().indices().mapToObj(gpu -> "GPU-" + gpu).toList();
        state.apply(new PodBound(holding.pod(), node, uuids, Instant.EPOCH));
    }

    private static Pod important(GpuAsk ask) {
        return pod("important", ask, 10);
    }

    private static Pod pod(String name, GpuAsk ask, int priority) {
        return new Pod(Machines.pod(name), new Demand.Asks(ask), GangKey.NONE, priority);
    }

    private static Map<String, Victims> propose(String node, String... names) {
        return Map.of(node, victims(names));
    }

    private static Victims victims(String... names) {
        return new Victims(List.of(names).stream().map(name -> "uid-" + name).toList(), 0);
    }
}
