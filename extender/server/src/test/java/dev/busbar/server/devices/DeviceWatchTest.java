package dev.busbar.server.devices;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.core.cluster.ClusterEvent.NodeSeen;
import dev.busbar.core.cluster.ClusterEvent.PodBound;
import dev.busbar.core.cluster.ClusterEvent.PodEnded;
import dev.busbar.core.cluster.ClusterEvent.TopologySeen;
import dev.busbar.core.cluster.ClusterEvent.UseSeen;
import dev.busbar.core.cluster.ClusterState;
import dev.busbar.core.cluster.NodeFacts;
import dev.busbar.core.cluster.NodeUse;
import dev.busbar.core.topology.Allocator;
import dev.busbar.core.topology.GpuSet;
import dev.busbar.core.topology.NodeTopology;
import dev.busbar.core.workload.GpuAsk;
import dev.busbar.core.workload.Pod;
import dev.busbar.core.workload.PodKey;
import dev.busbar.server.metrics.ServerMetrics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One pod that two GPUs are named for, and what is told when the agent sees what it holds. */
class DeviceWatchTest {
    private static final Instant NOW = Instant.parse("2026-11-25T04:00:00Z");

    private final ClusterState state = new ClusterState();
    private final ServerMetrics metrics = new ServerMetrics(state, () -> Duration.ZERO);
    private final List<String> told = new ArrayList<>();
    private DriftNotice.Outcome outcome = new DriftNotice.Outcome.Told();
    private final DeviceWatch watch = new DeviceWatch(
            state,
            Optional.of((drift, now) -> {
                told.add(drift.words());
                return outcome;
            }),
            metrics);

    @AfterEach
    void stop() {
        watch.close();
        metrics.close();
    }

    private NodeTopology node(Allocator allocator) {
        var topology = NodeTopology.counted(4, allocator);
        state.apply(new NodeSeen(new NodeFacts("node", 64_000, 256L << 30, 4, 4, Map.of())));
        state.apply(new TopologySeen("node", topology));
        var named = List.of(uuid(topology, 0), uuid(topology, 1));
        var pod = Pod.of(new PodKey("default", "pod", "uid"), GpuAsk.whole(2));
        state.apply(new PodBound(pod, "node", named, NOW));
        return topology;
    }

    private static String uuid(NodeTopology topology, int gpu) {
        return topology.gpus().get(gpu).uuid();
    }

    private void see(GpuSet gpus) {
        state.apply(new UseSeen("node", new NodeUse(NOW, List.of(), Map.of("uid", gpus))));
        watch.round(NOW);
    }

    @Test
    void nothing_is_said_before_the_agent_has_seen_the_pod() {
        node(Allocator.BUSBAR);

        watch.round(NOW);

        assertThat(metrics.scrape()).doesNotContain("busbar_device_checks");
    }

    @Test
    void a_pod_that_holds_what_it_was_promised_is_counted_once() {
        node(Allocator.BUSBAR);

        see(GpuSet.of(0, 1));
        watch.round(NOW);

        assertThat(metrics.scrape()).contains("busbar_device_checks_total{outcome=\"kept\"} 1.0");
        assertThat(told).isEmpty();
    }

    @Test
    void a_pod_that_holds_others_drifts_until_it_is_gone() {
        var topology = node(Allocator.BUSBAR);

        see(GpuSet.of(0, 3));
        watch.round(NOW);

        assertThat(told)
                .containsExactly("the pod was promised %s,%s and holds %s,%s"
                        .formatted(uuid(topology, 0), uuid(topology, 1), uuid(topology, 0), uuid(topology, 3)));
        assertThat(metrics.scrape())
                .contains("busbar_drifted 1.0")
                .contains("busbar_device_checks_total{outcome=\"drifted\"} 1.0");

        state.apply(new PodEnded("uid"));
        watch.round(NOW);
        assertThat(metrics.scrape()).contains("busbar_drifted 0.0");
    }

    @Test
    void a_notice_that_failed_is_tried_again() {
        node(Allocator.BUSBAR);
        outcome = new DriftNotice.Outcome.Failed("no answer");

        see(GpuSet.of(0, 3));
        outcome = new DriftNotice.Outcome.Told();
        watch.round(NOW);
        watch.round(NOW);

        assertThat(told).hasSize(2);
    }

    @Test
    void a_wrong_guess_of_the_plugins_choice_is_no_drift() {
        node(Allocator.DEVICE_PLUGIN);

        see(GpuSet.of(2, 3));

        assertThat(told).isEmpty();
        assertThat(metrics.scrape())
                .contains("busbar_device_checks_total{outcome=\"guessed-wrong\"} 1.0")
                .contains("busbar_drifted 0.0");
        assertThat(state.snapshot().node("node").orElseThrow().free()).isEqualTo(GpuSet.of(0, 1));
    }
}
