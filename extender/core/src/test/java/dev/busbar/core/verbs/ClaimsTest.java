package dev.busbar.core.verbs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.core.Machines;
import dev.busbar.core.cluster.ClusterEvent.NodeSeen;
import dev.busbar.core.cluster.ClusterEvent.TopologySeen;
import dev.busbar.core.cluster.ClusterState;
import dev.busbar.core.placement.Ranking;
import dev.busbar.core.placement.Reason;
import dev.busbar.core.placement.Verdict;
import dev.busbar.core.placement.Verdicts;
import dev.busbar.core.workload.Demand;
import dev.busbar.core.workload.GangKey;
import dev.busbar.core.workload.GpuAsk;
import dev.busbar.core.workload.Pod;
import dev.busbar.core.workload.PodKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What filter and prioritize remember of their own answers. */
class ClaimsTest {
    private static final Instant NOW = Instant.parse("2026-11-25T02:00:00Z");
    private static final Duration CLAIM = Duration.ofSeconds(30);
    private static final Pod A = Pod.of(Machines.pod("a"), GpuAsk.whole(4));
    private static final Pod B = Pod.of(Machines.pod("b"), GpuAsk.whole(4));

    private final ClusterState state = new ClusterState();
    private final Verdicts verdicts = new Verdicts();

    ClaimsTest() {
        for (var node : List.of("n1", "n2")) {
            state.apply(new NodeSeen(Machines.facts(node)));
            state.apply(new TopologySeen(node, Machines.pcieOnly(4)));
        }
    }

    @Test
    void pod_b_does_not_choose_what_pod_a_was_just_promised() {
        prioritize(A);

        var ranking = prioritize(B);

        assertThat(ranking.best()).isEqualTo(1);
        assertThat(state.claims()).isEqualTo(2);
        assertThat(filter(Pod.of(Machines.pod("c"), GpuAsk.whole(1))).accepts(0))
                .isFalse();
    }

    @Test
    void where_filter_leaves_one_node_it_claims_since_prioritize_is_not_asked() {
        filter(A, 1);

        assertThat(state.holdingOf(A.key().uid()).orElseThrow().node()).isEqualTo("n2");
    }

    @Test
    void a_pod_asked_about_again_is_not_in_its_own_way() {
        prioritize(A);
        prioritize(B);

        assertThat(filter(A).accepts(0)).isTrue();
        assertThat(filter(A).accepts(1)).isFalse();
    }

    @Test
    void a_pod_that_fits_several_nodes_again_loses_its_claim_until_it_is_ranked() {
        prioritize(A);

        filter(A);

        assertThat(state.claims()).isZero();
    }

    @Test
    void a_pod_without_gpus_claims_its_cpu() {
        filter(Pod.of(Machines.pod("c"), GpuAsk.none(1000, 0)), 0);

        assertThat(state.snapshot().node(0).freeCpuMilli()).isEqualTo(127_000);
    }

    @Test
    void the_binding_says_who_came_second() {
        var written = new ArrayList<Promise>();
        var server = new ApiServer(() -> ApiServer.Weather.FINE);
        server.create(A);
        prioritize(A);
        var bind = new BindVerb(state, verdicts, new PodWriter() {
            @Override
            public WriteOutcome bind(Promise promise) {
                written.add(promise);
                return server.bind(promise);
            }

            @Override
            public Standing read(PodKey pod) {
                return server.read(pod);
            }
        });

        bind.bind(A.key(), "n1", NOW);

        assertThat(written.getFirst().annotations().get("busbar.dev/placement"))
                .startsWith("{\"gbps\":16.8,\"score\":")
                .contains("\"terms\":{\"bandwidth\":4000.0,")
                .endsWith("},\"runnerUp\":\"n2\"}");
    }

    @Test
    void nodes_that_are_not_known_and_words_that_make_no_ask_fit_nowhere() {
        var malformed = new Pod(Machines.pod("m"), new Demand.Malformed(Demand.Flaw.COUNT, "3.5"), GangKey.NONE, 0);

        assertThat(filter(A, -1).verdict(0)).isEqualTo(new Verdict.NotNow(Reason.NOT_KNOWN));
        assertThat(filter(malformed).verdict(0)).isEqualTo(new Verdict.Never(Reason.BAD_COUNT));
        assertThat(prioritize(malformed).hasBest()).isFalse();
    }

    private FilterAnswer filter(Pod pod) {
        return filter(pod, 0, 1);
    }

    private FilterAnswer filter(Pod pod, int... numbers) {
        return new FilterVerb(state, verdicts, CLAIM).answer(state.snapshot(), pod, numbers, NOW);
    }

    private Ranking prioritize(Pod pod) {
        return new PrioritizeVerb(state, verdicts, CLAIM).answer(state.snapshot(), pod, new int[] {0, 1}, NOW);
    }
}
