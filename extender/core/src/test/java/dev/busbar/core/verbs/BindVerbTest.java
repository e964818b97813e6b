package dev.busbar.core.verbs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.core.Machines;
import dev.busbar.core.cluster.ClusterEvent.NodeSeen;
import dev.busbar.core.cluster.ClusterEvent.PodBound;
import dev.busbar.core.cluster.ClusterEvent.PodWaiting;
import dev.busbar.core.cluster.ClusterEvent.TopologySeen;
import dev.busbar.core.cluster.ClusterState;
import dev.busbar.core.cluster.Holding;
import dev.busbar.core.placement.Verdicts;
import dev.busbar.core.topology.GpuSet;
import dev.busbar.core.verbs.ApiServer.Weather;
import dev.busbar.core.verbs.BindVerb.WriteAge;
import dev.busbar.core.workload.GpuAsk;
import dev.busbar.core.workload.Pod;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BindVerbTest {
    private static final Instant NOW = Instant.parse("2026-11-25T02:00:00Z");
    private static final Pod A = Pod.of(Machines.pod("a"), GpuAsk.whole(2));
    private static final Pod B = Pod.of(Machines.pod("b"), GpuAsk.whole(2));

    private final ClusterState state = new ClusterState();
    private Weather weather = Weather.FINE;
    private final ApiServer server = new ApiServer(() -> weather);
    private final BindVerb verb = new BindVerb(state, new Verdicts(), server);

    BindVerbTest() {
        for (var node : List.of("n1", "n2")) {
            state.apply(new NodeSeen(Machines.facts(node)));
            state.apply(new TopologySeen(node, Machines.bridgedA100()));
        }
        server.create(A);
        server.create(B);
        state.apply(new PodWaiting(A));
        state.apply(new PodWaiting(B));
    }

    @Test
    void the_claimed_set_is_bound_where_it_is_free() {
        state.claim(A, state.snapshot().node("n1").orElseThrow(), GpuSet.of(5, 7), NOW);

        var answer = verb.bind(A.key(), "n1", NOW);

        assertThat(answer).isInstanceOf(BindAnswer.Bound.class);
        assertThat(boundGpus()).containsExactly("GPU-5", "GPU-7");
    }

    @Test
    void a_pod_without_a_claim_there_is_decided_anew() {
        state.claim(A, state.snapshot().node("n1").orElseThrow(), GpuSet.of(5, 7), NOW);

        verb.bind(A.key(), "n2", NOW);

        assertThat(boundGpus()).containsExactly("GPU-0", "GPU-2");
        assertThat(free("n1")).isEqualTo(8);
        assertThat(free("n2")).isEqualTo(6);
    }

    @Test
    void a_refused_write_gives_the_gpus_back() {
        weather = Weather.REFUSES;

        assertThat(verb.bind(A.key(), "n1", NOW)).isInstanceOf(BindAnswer.Refused.class);
        assertThat(free("n1")).isEqualTo(8);
    }

    @Test
    void an_unknown_write_keeps_the_gpus_until_a_read_tells() {
        weather = Weather.LOSES_THE_WRITE;

        assertThat(verb.bind(A.key(), "n1", NOW)).isInstanceOf(BindAnswer.Unknown.class);
        assertThat(free("n1")).isEqualTo(6);
        verb.settle(A.key(), WriteAge.MAY_ARRIVE, NOW);
        assertThat(free("n1")).isEqualTo(6);
        verb.settle(A.key(), WriteAge.OVER, NOW);
        assertThat(free("n1")).isEqualTo(8);
    }

    @Test
    void an_unknown_write_that_arrived_becomes_bound_by_a_read() {
        weather = Weather.LOSES_THE_ANSWER;
        verb.bind(A.key(), "n1", NOW);

        verb.settle(A.key(), WriteAge.MAY_ARRIVE, NOW);

        assertThat(state.holdingOf(A.key().uid()).orElseThrow().holding()).isInstanceOf(Holding.Bound.class);
        assertThat(free("n1")).isEqualTo(6);
    }

    @Test
    void a_repeated_bind_is_the_same_bind() {
        verb.bind(A.key(), "n1", NOW);

        assertThat(verb.bind(A.key(), "n1", NOW)).isEqualTo(new BindAnswer.AlreadyThere());
        assertThat(verb.bind(A.key(), "n2", NOW)).isInstanceOf(BindAnswer.Refused.class);
        assertThat(free("n1")).isEqualTo(6);
        assertThat(free("n2")).isEqualTo(8);
    }

    @Test
    void a_repeated_bind_finds_a_write_whose_answer_was_lost() {
        weather = Weather.LOSES_THE_ANSWER;
        verb.bind(A.key(), "n1", NOW);

        assertThat(verb.bind(A.key(), "n1", NOW)).isEqualTo(new BindAnswer.AlreadyThere());
    }

    @Test
    void the_set_that_stands_on_a_pod_bound_before_is_adopted() {
        server.bind(new Promise(A, "n1", Map.of("busbar.dev/gpus", "GPU-4,GPU-5")));

        assertThat(verb.bind(A.key(), "n1", NOW)).isEqualTo(new BindAnswer.AlreadyThere());
        assertThat(state.snapshot().node("n1").orElseThrow().free()).isEqualTo(GpuSet.of(0, 1, 2, 3, 6, 7));
    }

    @Test
    void where_nothing_is_left_the_bind_is_a_conflict() {
        var all = Pod.of(Machines.pod("all"), GpuAsk.whole(7));
        state.apply(
                new PodBound(all, "n1", List.of("GPU-0", "GPU-1", "GPU-2", "GPU-3", "GPU-4", "GPU-5", "GPU-6"), NOW));

        assertThat(verb.bind(A.key(), "n1", NOW)).isInstanceOf(BindAnswer.Conflict.class);
    }

    @Test
    void what_nobody_has_seen_is_refused() {
        assertThat(verb.bind(Machines.pod("stranger"), "n1", NOW)).isInstanceOf(BindAnswer.Refused.class);
        assertThat(verb.bind(A.key(), "nowhere", NOW)).isInstanceOf(BindAnswer.Refused.class);
    }

    private List<String> boundGpus() {
        return Optional.ofNullable(server.bound().get(A.key().uid()))
                .orElseThrow()
                .gpus();
    }

    private int free(String node) {
        return state.snapshot().node(node).orElseThrow().free().count();
    }
}
