package dev.busbar.core.verbs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.core.Machines;
import dev.busbar.core.cluster.ClusterEvent.NodeSeen;
import dev.busbar.core.cluster.ClusterEvent.PodBound;
import dev.busbar.core.cluster.ClusterEvent.TopologySeen;
import dev.busbar.core.cluster.ClusterState;
import dev.busbar.core.placement.Verdicts;
import dev.busbar.core.topology.Fabric;
import dev.busbar.core.topology.NodeTopology;
import dev.busbar.core.workload.GpuAsk;
import dev.busbar.core.workload.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pods of no gang fill the racks that are in use before they begin another one. */
class RackTest {
    private static final Duration CLAIM = Duration.ofMinutes(1);

    private final ClusterState state = new ClusterState();
    private final Verdicts verdicts = new Verdicts();

    @BeforeEach
    void two_racks_and_one_is_half_used() {
        node("n1", "rack-1");
        node("n2", "rack-1");
        node("n3", "rack-2");
        node("n4", "rack-2");
        var gpus = IntStream.range(0, 8).mapToObj(gpu -> "GPU-" + gpu).toList();
        state.apply(new PodBound(Pod.of(Machines.pod("other"), GpuAsk.whole(8)), "n4", gpus, Instant.EPOCH));
    }

    private void node(String name, String rack) {
        var machine = Machines.hgxA100();
        state.apply(new NodeSeen(Machines.facts(name)));
        state.apply(new TopologySeen(
                name,
                new NodeTopology(
                        machine.gpus(),
                        machine.links(),
                        machine.nics(),
                        machine.numa(),
                        new Fabric("", "", rack, ""),
                        machine.allocator(),
                        machine.kubelet(),
                        machine.source())));
    }

    @Test
    void of_equal_nodes_the_one_in_the_fuller_rack_is_taken_whatever_its_name() {
        var pod = Pod.of(Machines.pod("small"), GpuAsk.whole(1));

        var ranking = rank(pod);

        assertThat(ranking).isEqualTo("n3");
    }

    @Test
    void an_explanation_names_the_same_node() {
        var pod = Pod.of(Machines.pod("small"), GpuAsk.whole(1));

        var explanation = Explanation.of(state, verdicts, pod);

        assertThat(explanation.chosen()).map(Explanation.Line::node).contains("n3");
        assertThat(explanation.runnerUp()).map(Explanation.Line::node).contains("n1");
    }

    @Test
    void a_better_node_is_not_passed_over_for_its_rack() {
        var half = IntStream.range(0, 4).mapToObj(gpu -> "GPU-" + gpu).toList();
        state.apply(new PodBound(Pod.of(Machines.pod("half"), GpuAsk.whole(4)), "n1", half, Instant.EPOCH));

        var ranking = rank(Pod.of(Machines.pod("four"), GpuAsk.whole(4)));

        assertThat(ranking).isEqualTo("n1");
    }

    private String rank(Pod pod) {
        var snapshot = state.snapshot();
        var numbers = IntStream.range(0, snapshot.size()).toArray();
        var accepted = new FilterVerb(state, verdicts, CLAIM).answer(snapshot, pod, numbers, Instant.EPOCH);
        int[] feasible = IntStream.of(numbers).filter(accepted::accepts).toArray();
        var ranking = new PrioritizeVerb(state, verdicts, CLAIM).answer(snapshot, pod, feasible, Instant.EPOCH);
        return snapshot.names().name(feasible[ranking.best()]);
    }
}
