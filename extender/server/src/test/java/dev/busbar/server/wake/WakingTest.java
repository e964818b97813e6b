package dev.busbar.server.wake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.core.cluster.ClusterEvent.PodBound;
import dev.busbar.core.cluster.ClusterEvent.PodEnded;
import dev.busbar.core.cluster.ClusterEvent.PodWaiting;
import dev.busbar.core.cluster.ClusterState;
import dev.busbar.core.placement.Verdicts;
import dev.busbar.core.workload.GpuAsk;
import dev.busbar.core.workload.Pod;
import dev.busbar.core.workload.PodKey;
import dev.busbar.server.Asks;
import dev.busbar.server.metrics.ServerMetrics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Nine pods wait for one of four GPUs, which come free together. */
class WakingTest {
    private static final Instant NOW = Instant.parse("2026-11-25T04:00:00Z");
    private static final WakeConfig FOUR_PER_SECOND = new WakeConfig(4);

    private final ClusterState state = new ClusterState();
    private final Refusals refusals = new Refusals();
    private final ServerMetrics metrics = new ServerMetrics(state, () -> Duration.ZERO);
    private final List<String> rung = new ArrayList<>();
    private Waker.Outcome outcome = new Waker.Outcome.Woken();
    private final Waking waking = new Waking(
            FOUR_PER_SECOND,
            new WhereItFits(state, new Verdicts()),
            refusals,
            (pod, now) -> {
                rung.add(pod.name());
                return outcome;
            },
            metrics);

    WakingTest() {
        Asks.nodes(1, 4).forEach(state::apply);
        state.apply(new PodBound(pod("all", 4), "node-0", List.of(), NOW));
        for (int i = 0; i < 9; i++) {
            var pod = pod("pod-" + i, 1);
            state.apply(new PodWaiting(pod));
            refusals.refused(pod, state.snapshot(), new int[] {0}, NOW.plusSeconds(i));
        }
        state.apply(new PodEnded("all"));
    }

    @AfterEach
    void stop() {
        waking.close();
        metrics.close();
    }

    private static Pod pod(String name, int gpus) {
        return Pod.of(new PodKey("default", name, name), GpuAsk.whole(gpus));
    }

    @Test
    void each_half_second_wakes_half_of_what_a_second_may() {
        var sizes = new ArrayList<Integer>();
        for (int i = 1; i <= 6; i++) {
            waking.round(NOW.plusSeconds(20 + i));
            sizes.add(rung.size());
        }

        assertThat(sizes).containsExactly(2, 4, 6, 8, 9, 9);
        assertThat(rung).doesNotHaveDuplicates();
        assertThat(metrics.scrape()).contains("busbar_wakes_total{outcome=\"woken\"} 9.0");
    }

    @Test
    void a_round_ends_where_the_api_server_fails_and_nobody_is_passed_over() {
        outcome = new Waker.Outcome.Failed("it is away");
        waking.round(NOW.plusSeconds(20));
        outcome = new Waker.Outcome.Woken();
        for (int i = 1; i <= 6; i++) {
            waking.round(NOW.plusSeconds(20 + i));
        }

        assertThat(rung).hasSize(10).startsWith("pod-0").contains("pod-1", "pod-8");
        assertThat(metrics.scrape()).contains("busbar_wakes_total{outcome=\"failed\"} 1.0");
    }

    @Test
    void a_pod_that_is_gone_is_forgotten() {
        outcome = new Waker.Outcome.Gone();
        waking.round(NOW.plusSeconds(20));
        state.apply(new PodEnded("pod-2"));
        waking.round(NOW.plusSeconds(21));

        assertThat(rung).containsExactly("pod-0", "pod-1", "pod-3");
        assertThat(refusals.count()).isEqualTo(5);
    }
}
