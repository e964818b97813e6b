package dev.busbar.core.verbs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.busbar.core.Machines;
import dev.busbar.core.cluster.ClusterEvent.NodeSeen;
import dev.busbar.core.cluster.ClusterEvent.PodBound;
import dev.busbar.core.cluster.ClusterEvent.PodWaiting;
import dev.busbar.core.cluster.ClusterEvent.TopologySeen;
import dev.busbar.core.cluster.ClusterState;
import dev.busbar.core.placement.Verdict.Fits;
import dev.busbar.core.placement.Verdicts;
import dev.busbar.core.topology.NodeTopology;
import dev.busbar.core.workload.Demand;
import dev.busbar.core.workload.GangKey;
import dev.busbar.core.workload.GpuAsk;
import dev.busbar.core.workload.Intent;
import dev.busbar.core.workload.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ExplanationTest {
    private static final Instant NOW = Instant.parse("2026-11-25T02:00:00Z");
    private static final List<NodeTopology> MACHINES = List.of(
            Machines.hgxA100(), Machines.bridgedA100(), Machines.dgx1v(), Machines.pcieOnly(4), NodeTopology.NONE);
    private static final List<GpuAsk> ASKS = List.of(
            GpuAsk.whole(1),
            GpuAsk.whole(2),
            GpuAsk.whole(4).with(Intent.FAST),
            GpuAsk.whole(3).with(Intent.SPREAD),
            GpuAsk.share(10 * Machines.GIB, 0),
            GpuAsk.share(0, 300),
            GpuAsk.none(4_000, Machines.GIB),
            GpuAsk.whole(2).beside(16_000, 64 * Machines.GIB));

    @Test
    void the_terms_of_every_node_add_up_to_its_score() {
        for (int seed = 0; seed < 40; seed++) {
            var random = new Random(seed);
            var state = cluster(random);
            var verdicts = new Verdicts();
            for (var ask : ASKS) {
                var pod = new Pod(Machines.pod("asked"), new Demand.Asks(ask), new GangKey("default", "g"), 0);
                var explanation = Explanation.of(state, verdicts, pod);

                assertThat(explanation.lines()).hasSize(state.snapshot().size());
                for (var line : explanation.lines()) {
                    if (line.verdict() instanceof Fits fits) {
                        double sum = fits.terms().terms().values().stream()
                                .mapToDouble(Double::doubleValue)
                                .sum();
                        assertThat(fits.terms().score())
                                .as("seed %d: %s on %s", seed, ask, line.node())
                                .isCloseTo(sum, within(1e-9));
                        assertThat(line.gpus()).hasSize(ask.gpuCount());
                    }
                }
                explanation
                        .chosen()
                        .ifPresent(chosen -> assertThat(explanation.lines())
                                .filteredOn(line -> line.verdict() instanceof Fits)
                                .allSatisfy(line -> assertThat(score(line)).isLessThanOrEqualTo(score(chosen) + 20)));
            }
        }
    }

    @Test
    void what_is_explained_is_what_prioritize_answers() {
        for (int seed = 0; seed < 40; seed++) {
            var state = cluster(new Random(seed));
            var verdicts = new Verdicts();
            var pod = Pod.of(Machines.pod("asked"), ASKS.get(seed % ASKS.size()));

            var explanation = Explanation.of(state, verdicts, pod);

            var snapshot = state.snapshot();
            var numbers = IntStream.range(0, snapshot.size()).toArray();
            var ranking =
                    new PrioritizeVerb(state, verdicts, Duration.ofSeconds(1)).answer(snapshot, pod, numbers, NOW);
            assertThat(explanation.chosen().map(Explanation.Line::node))
                    .isEqualTo(
                            ranking.hasBest() ? Optional.of(snapshot.names().name(ranking.best())) : Optional.empty());
        }
    }

    @Test
    void asking_what_if_changes_nothing() {
        var state = cluster(new Random(3));
        var verdicts = new Verdicts();
        var before = state.snapshot();
        var other = Pod.of(Machines.pod("other"), GpuAsk.whole(2));
        var expected = Explanation.of(state, verdicts, other).lines();

        for (int i = 0; i < 200; i++) {
            Explanation.of(state, verdicts, Pod.of(Machines.pod("what-if-" + i), ASKS.get(i % ASKS.size())));
        }

        assertThat(state.snapshot()).isSameAs(before);
        assertThat(state.claims()).isZero();
        assertThat(Explanation.of(state, verdicts, other).lines()).isEqualTo(expected);
    }

    @Test
    void a_pod_without_gpus_goes_to_a_node_without_gpus() {
        var state = new ClusterState();
        node(state, "a-gpus", Machines.hgxA100());
        node(state, "b-none", NodeTopology.NONE);
        for (var intent : Intent.values()) {
            var pod =
                    Pod.of(Machines.pod("web"), GpuAsk.none(2_000, Machines.GIB).with(intent));

            var explanation = Explanation.of(state, new Verdicts(), pod);

            assertThat(explanation.chosen().orElseThrow().node()).isEqualTo("b-none");
            // 50 milli apart at the least: beyond the band in which the order of nodes decides
            assertThat(score(explanation.chosen().orElseThrow())
                            - score(explanation.runnerUp().orElseThrow()))
                    .isGreaterThanOrEqualTo(50);
        }
    }

    private static double score(Explanation.Line line) {
        return ((Fits) line.verdict()).terms().score();
    }

    private static ClusterState cluster(Random random) {
        var state = new ClusterState();
        for (int i = 0; i < 6; i++) {
            var machine = MACHINES.get(random.nextInt(MACHINES.size()));
            node(state, "n" + i, machine);
            for (int gpu = 0; gpu < machine.gpus().size(); gpu++) {
                if (random.nextBoolean()) {
                    var ask = random.nextBoolean() ? GpuAsk.whole(1) : GpuAsk.share(0, 500);
                    var pod = Pod.of(Machines.pod("p" + i + "-" + gpu), ask.beside(8_000, 0));
                    state.apply(new PodBound(pod, "n" + i, List.of("GPU-" + gpu), NOW));
                }
            }
        }
        state.apply(new PodWaiting(
                new Pod(Machines.pod("member"), new Demand.Asks(GpuAsk.whole(2)), new GangKey("default", "g"), 0)));
        return state;
    }

    private static void node(ClusterState state, String name, NodeTopology machine) {
        state.apply(new NodeSeen(Machines.facts(name)));
        state.apply(new TopologySeen(name, machine));
    }
}
