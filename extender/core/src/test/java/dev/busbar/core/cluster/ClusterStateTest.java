package dev.busbar.core.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.core.Machines;
import dev.busbar.core.cluster.ClusterEvent.MonitoringSeen;
import dev.busbar.core.cluster.ClusterEvent.NodeGone;
import dev.busbar.core.cluster.ClusterEvent.NodeSeen;
import dev.busbar.core.cluster.ClusterEvent.PodBound;
import dev.busbar.core.cluster.ClusterEvent.PodEnded;
import dev.busbar.core.cluster.ClusterEvent.PodWaiting;
import dev.busbar.core.cluster.ClusterEvent.TopologySeen;
import dev.busbar.core.cluster.ClusterEvent.UseSeen;
import dev.busbar.core.cluster.ClusterState.Reservation;
import dev.busbar.core.cluster.NodeUse.Attribution;
import dev.busbar.core.cluster.NodeUse.GpuUse;
import dev.busbar.core.topology.Allocator;
import dev.busbar.core.topology.Gpu;
import dev.busbar.core.topology.GpuSet;
import dev.busbar.core.topology.NodeTopology;
import dev.busbar.core.workload.GpuAsk;
import dev.busbar.core.workload.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ClusterStateTest {
    private static final Instant NOW = Instant.parse("2026-11-25T02:00:00Z");
    private static final Instant LATER = NOW.plusSeconds(30);
    private static final Pod A = Pod.of(Machines.pod("a"), GpuAsk.whole(2));
    private static final Pod B = Pod.of(Machines.pod("b"), GpuAsk.whole(2));

    private final ClusterState state = new ClusterState();

    ClusterStateTest() {
        for (var node : List.of("n1", "n2")) {
            state.apply(new NodeSeen(Machines.facts(node)));
            state.apply(new TopologySeen(node, Machines.hgxA100()));
        }
    }

    @Test
    void a_claim_counts_as_held_for_others() {
        state.claim(A, node("n1"), GpuSet.of(0, 1), LATER);

        assertThat(node("n1").free()).isEqualTo(GpuSet.of(2, 3, 4, 5, 6, 7));
        assertThat(state.claims()).isEqualTo(1);
    }

    @Test
    void a_second_claim_moves_the_first() {
        state.claim(A, node("n1"), GpuSet.of(0, 1), LATER);
        state.claim(A, node("n2"), GpuSet.of(2, 3), LATER);

        assertThat(node("n1").free().count()).isEqualTo(8);
        assertThat(node("n2").free()).isEqualTo(GpuSet.of(0, 1, 4, 5, 6, 7));
    }

    @Test
    void gpus_that_another_took_meanwhile_are_not_claimed() {
        var seen = node("n1");
        state.claim(A, seen, GpuSet.of(0, 1), LATER);
        state.claim(B, seen, GpuSet.of(1, 2), LATER);

        assertThat(state.holdingOf(B.key().uid())).isEmpty();
    }

    @Test
    void a_claim_lapses_when_its_time_has_come() {
        state.claim(A, node("n1"), GpuSet.of(0, 1), LATER);

        assertThat(state.lapse(LATER.minus(Duration.ofMillis(1)))).isZero();
        assertThat(state.lapse(LATER)).isEqualTo(1);
        assertThat(node("n1").free().count()).isEqualTo(8);
    }

    @Test
    void a_pod_seen_elsewhere_loses_its_claim() {
        state.claim(A, node("n1"), GpuSet.of(0, 1), LATER);
        state.apply(new PodBound(A, "n2", List.of("GPU-6", "GPU-7"), NOW));

        assertThat(node("n1").free().count()).isEqualTo(8);
        assertThat(node("n2").free()).isEqualTo(GpuSet.of(0, 1, 2, 3, 4, 5));
    }

    @Test
    void a_reservation_takes_the_place_of_the_claim_and_stands_until_the_watch_speaks() {
        state.claim(A, node("n1"), GpuSet.of(0, 1), LATER);

        assertThat(state.reserve(A, node("n2"), GpuSet.of(0, 1), NOW)).isEqualTo(Reservation.MADE);
        assertThat(state.lapse(Instant.MAX)).isZero();
        assertThat(node("n1").free().count()).isEqualTo(8);
        assertThat(node("n2").free().count()).isEqualTo(6);
        assertThat(state.reservations()).isEqualTo(1);

        state.apply(new PodBound(A, "n2", List.of("GPU-0", "GPU-1"), NOW));
        assertThat(state.reservations()).isZero();
        assertThat(node("n2").free().count()).isEqualTo(6);
    }

    @Test
    void a_set_is_reserved_once_and_a_pod_is_reserved_once() {
        var seen = node("n1");
        state.reserve(A, seen, GpuSet.of(0, 1), NOW);

        assertThat(state.reserve(B, seen, GpuSet.of(1, 2), NOW)).isEqualTo(Reservation.LOST);
        assertThat(state.reserve(A, node("n2"), GpuSet.of(0, 1), NOW)).isEqualTo(Reservation.SETTLED);
    }

    @Test
    void a_set_chosen_on_other_parts_is_lost() {
        var seen = node("n1");
        state.apply(new TopologySeen("n1", Machines.bridgedA100()));

        assertThat(state.reserve(A, seen, GpuSet.of(0, 1), NOW)).isEqualTo(Reservation.LOST);
    }

    @Test
    void an_ended_pod_gives_its_gpus_back_even_if_a_read_of_it_comes_late() {
        state.reserve(A, node("n1"), GpuSet.of(0, 1), NOW);
        state.apply(new PodEnded(A.key().uid()));
        state.adopt(A, "n1", List.of("GPU-0", "GPU-1"), NOW);

        assertThat(node("n1").free().count()).isEqualTo(8);
        assertThat(state.holdingOf(A.key().uid())).isEmpty();
    }

    @Test
    void release_gives_back_a_reservation_and_nothing_else() {
        state.reserve(A, node("n1"), GpuSet.of(0, 1), NOW);
        state.apply(new PodBound(B, "n1", List.of("GPU-2", "GPU-3"), NOW));
        state.release(A.key().uid());
        state.release(B.key().uid());

        assertThat(node("n1").free()).isEqualTo(GpuSet.of(0, 1, 4, 5, 6, 7));
    }

    @Test
    void pods_are_known_before_their_node_is() {
        state.apply(new PodBound(A, "n3", List.of("GPU-4", "GPU-5"), NOW));
        state.apply(new NodeSeen(Machines.facts("n3")));
        state.apply(new TopologySeen("n3", Machines.hgxA100()));

        assertThat(node("n3").free()).isEqualTo(GpuSet.of(0, 1, 2, 3, 6, 7));
    }

    @Test
    void a_node_that_comes_back_still_has_its_pods() {
        state.apply(new PodBound(A, "n1", List.of("GPU-4", "GPU-5"), NOW));
        state.apply(new NodeGone("n1"));
        assertThat(state.snapshot().node("n1")).isEmpty();

        state.apply(new NodeSeen(Machines.facts("n1")));
        assertThat(node("n1").free().count()).isEqualTo(6);
    }

    @Test
    void what_says_nothing_new_leaves_the_snapshot_as_it_is() {
        var use = new NodeUse(NOW, List.of(new GpuUse(0, 5, Map.of(), Attribution.TOTAL_ONLY)), Map.of());
        state.apply(new PodBound(A, "n1", List.of("GPU-0", "GPU-1"), NOW));
        state.apply(new UseSeen("n1", use));
        var before = state.snapshot();

        state.apply(new NodeSeen(Machines.facts("n1")));
        state.apply(new TopologySeen("n1", Machines.hgxA100()));
        state.apply(new PodBound(A, "n1", List.of("GPU-0", "GPU-1"), LATER));
        state.apply(new UseSeen("n1", new NodeUse(LATER, use.gpus(), use.devices())));
        assertThat(state.snapshot()).isSameAs(before);
    }

    @Test
    void many_events_make_one_snapshot() {
        var before = state.snapshot();
        for (int i = 0; i < 5_000; i++) {
            state.apply(new NodeSeen(Machines.facts("node-" + i)));
        }

        assertThat(state.snapshot().version()).isEqualTo(before.version() + 1);
        assertThat(state.snapshot().size()).isEqualTo(5_002);
        assertThat(node("n1")).isSameAs(before.node("n1").orElseThrow());
    }

    @Test
    void a_change_of_one_node_leaves_the_states_of_the_others() {
        var before = state.snapshot();
        state.claim(A, node("n1"), GpuSet.of(0, 1), LATER);

        assertThat(node("n2")).isSameAs(before.node("n2").orElseThrow());
        assertThat(state.snapshot().version()).isGreaterThan(before.version());
        assertThat(state.snapshot().inventoryVersion()).isEqualTo(before.inventoryVersion());
        assertThat(before.node("n1").orElseThrow().free().count()).isEqualTo(8);
    }

    @Test
    void the_agents_word_is_taken_for_the_plugins_gpus_and_added_to_ours() {
        var seen = new NodeUse(NOW, List.of(), Map.of(A.key().uid(), GpuSet.of(6, 7)));
        state.apply(new TopologySeen("n2", by(Allocator.DEVICE_PLUGIN, Machines.hgxA100())));
        for (var node : List.of("n1", "n2")) {
            state.apply(new PodBound(A, node, List.of("GPU-0", "GPU-1"), NOW));
            state.apply(new UseSeen(node, seen));
            assertThat(node(node).free())
                    .isEqualTo(node.equals("n1") ? GpuSet.of(2, 3, 4, 5) : GpuSet.of(0, 1, 2, 3, 4, 5));
        }
    }

    @Test
    void a_pod_that_asks_nothing_and_may_look_at_every_gpu_holds_none_and_one_that_asks_holds_all() {
        var looks = Pod.of(Machines.pod("exporter"), GpuAsk.none(0, 0));
        var all = node("n1").topology().all();
        state.apply(new PodBound(looks, "n1", List.of(), NOW));
        state.apply(new PodBound(A, "n2", List.of("GPU-0"), NOW));
        for (var entry : Map.of("n1", looks, "n2", A).entrySet()) {
            var uid = entry.getValue().key().uid();
            state.apply(
                    new UseSeen(entry.getKey(), new NodeUse(NOW, List.of(), Map.of(uid, all), Set.of(uid), Map.of())));
        }

        assertThat(node("n1").free().count()).isEqualTo(8);
        assertThat(node("n2").free().count()).isZero();
    }

    @Test
    void an_agent_that_sees_no_devices_of_a_pod_takes_nothing_back() {
        state.apply(new PodBound(A, "n1", List.of("GPU-0", "GPU-1"), NOW));
        state.apply(new UseSeen("n1", new NodeUse(NOW, List.of(), Map.of(A.key().uid(), GpuSet.NONE))));

        assertThat(node("n1").free().count()).isEqualTo(6);
    }

    @Test
    void measurements_grow_stale_and_devices_do_not() {
        var sample = new GpuUse(5, 60 * Machines.GIB, Map.of(), Attribution.BY_PROCESS);
        state.apply(new PodBound(A, "n1", List.of(), NOW));
        state.apply(new UseSeen(
                "n1", new NodeUse(NOW, List.of(sample), Map.of(A.key().uid(), GpuSet.of(6, 7)))));

        assertThat(node("n1").free()).isEqualTo(GpuSet.of(0, 1, 2, 3, 4));
        assertThat(state.forgetUseBefore(NOW)).isZero();
        assertThat(state.forgetUseBefore(LATER)).isEqualTo(1);
        assertThat(node("n1").free()).isEqualTo(GpuSet.of(0, 1, 2, 3, 4, 5));
    }

    @Test
    void a_pod_bound_after_the_sample_counts_on_top_of_it_until_a_later_sample_knows_it() {
        var pod = Pod.of(Machines.pod("share"), GpuAsk.share(40 * Machines.GIB, 0));
        var sample = new GpuUse(0, 35 * Machines.GIB, Map.of(), Attribution.TOTAL_ONLY);
        state.apply(new UseSeen("n1", new NodeUse(NOW, List.of(sample), Map.of())));
        state.apply(new PodBound(pod, "n1", List.of("GPU-0"), NOW.plusSeconds(2)));
        assertThat(node("n1").freeMemoryBytes(0)).isEqualTo(5 * Machines.GIB);

        state.apply(new UseSeen("n1", new NodeUse(NOW.plusSeconds(10), List.of(sample), Map.of())));
        assertThat(node("n1").freeMemoryBytes(0)).isEqualTo(40 * Machines.GIB);
    }

    @Test
    void monitoring_counts_where_the_agent_measures_nothing_that_counts() {
        var byAgent = new NodeUse(
                LATER, List.of(new GpuUse(0, 10 * Machines.GIB, Map.of(), Attribution.TOTAL_ONLY)), Map.of());
        var byMonitoring =
                NodeUse.monitored(LATER, List.of(new GpuUse(0, 60 * Machines.GIB, Map.of(), Attribution.TOTAL_ONLY)));

        state.apply(new MonitoringSeen("n1", byMonitoring));
        assertThat(node("n1").freeMemoryBytes(0)).isEqualTo(20 * Machines.GIB);
        assertThat(node("n1").use().words()).startsWith("measured by Prometheus, not told apart by pod");

        state.apply(new UseSeen("n1", byAgent));
        assertThat(node("n1").freeMemoryBytes(0)).isEqualTo(70 * Machines.GIB);

        state.apply(new UseSeen("n1", new NodeUse(LATER, List.of(), Map.of())));
        assertThat(node("n1").freeMemoryBytes(0)).isEqualTo(20 * Machines.GIB);

        state.forgetUseBefore(LATER.plusSeconds(1));
        assertThat(node("n1").freeMemoryBytes(0)).isEqualTo(80 * Machines.GIB);
        assertThat(node("n1").use().words())
                .isEqualTo("measured by Prometheus at %s, too long ago: promises count".formatted(LATER));
    }

    @Test
    void a_waiting_pod_is_known_until_it_is_bound_or_ended() {
        state.apply(new PodWaiting(A));
        state.apply(new PodWaiting(B));
        state.apply(new PodBound(A, "n1", List.of(), NOW));
        assertThat(state.waiting()).containsExactly(B);

        state.apply(new PodEnded(B.key().uid()));
        assertThat(state.waiting()).isEmpty();
    }

    private static NodeTopology by(Allocator allocator, NodeTopology machine) {
        return new NodeTopology(
                machine.gpus(),
                machine.links(),
                machine.nics(),
                machine.numa(),
                machine.fabric(),
                allocator,
                machine.kubelet(),
                machine.source());
    }

    private NodeState node(String name) {
        return state.snapshot().node(name).orElseThrow();
    }

    private long releases() {
        return state.snapshot().releases();
    }

    @Test
    void what_is_taken_is_no_release() {
        long before = releases();

        state.claim(A, node("n1"), GpuSet.of(0, 1), LATER);
        state.reserve(A, node("n1"), GpuSet.of(0, 1), NOW);
        state.apply(new PodBound(A, "n1", List.of("GPU-0", "GPU-1"), NOW));

        assertThat(releases()).isEqualTo(before);
    }

    @Test
    void whatever_gives_something_back_is_a_release() {
        var counts = new ArrayList<Long>(List.of(releases()));
        state.claim(A, node("n1"), GpuSet.of(0, 1), LATER);
        state.lapse(LATER);
        counts.add(releases());
        state.claim(A, node("n1"), GpuSet.of(0, 1), LATER);
        state.claim(A, node("n2"), GpuSet.of(0, 1), LATER);
        counts.add(releases());
        state.unclaim(A.key().uid());
        counts.add(releases());
        state.reserve(A, node("n1"), GpuSet.of(0, 1), NOW);
        state.release(A.key().uid());
        counts.add(releases());
        state.apply(new PodBound(A, "n1", List.of("GPU-0", "GPU-1"), NOW));
        state.apply(new PodEnded(A.key().uid()));
        counts.add(releases());
        state.apply(new TopologySeen("n1", Machines.bridgedA100()));
        counts.add(releases());

        assertThat(counts).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void the_same_said_again_is_no_release() {
        long before = releases();

        state.apply(new NodeSeen(Machines.facts("n1")));
        state.apply(new TopologySeen("n1", Machines.hgxA100()));
        state.apply(new PodEnded("nobody"));

        assertThat(releases()).isEqualTo(before);
    }

    @Test
    void late_word_of_an_ended_pod_does_not_bring_it_back() {
        state.apply(new PodBound(A, "n1", List.of("GPU-0", "GPU-1"), NOW));
        state.apply(new PodEnded(A.key().uid()));

        state.apply(new PodWaiting(A));
        state.apply(new PodBound(A, "n1", List.of("GPU-0", "GPU-1"), NOW));

        assertThat(state.waiting()).isEmpty();
        assertThat(node("n1").free().count()).isEqualTo(8);
    }

    /** The same eight GPUs, counted from the other end. */
    private static NodeTopology turnedRound() {
        var known = Machines.hgxA100();
        var gpus = new ArrayList<Gpu>();
        for (int i = 0; i < 8; i++) {
            var gpu = known.gpus().get(7 - i);
            gpus.add(new Gpu(i, gpu.uuid(), gpu.product(), gpu.memoryBytes(), gpu.numaNode(), gpu.health()));
        }
        return new NodeTopology(
                gpus,
                known.links(),
                known.nics(),
                known.numa(),
                known.fabric(),
                known.allocator(),
                known.kubelet(),
                known.source());
    }

    @Test
    void promises_follow_their_gpus_when_the_inventory_numbers_them_anew() {
        state.claim(A, node("n1"), GpuSet.of(0, 1), LATER);
        state.reserve(B, node("n1"), GpuSet.of(2, 3), NOW);

        state.apply(new TopologySeen("n1", turnedRound()));

        assertThat(node("n1").free()).isEqualTo(GpuSet.of(0, 1, 2, 3));
        assertThat(node("n1").holdingOf(A.key().uid()).orElseThrow().gpus()).isEqualTo(GpuSet.of(6, 7));
        assertThat(node("n1").holdingOf(B.key().uid()).orElseThrow().gpus()).isEqualTo(GpuSet.of(4, 5));
    }

    @Test
    void an_edited_annotation_of_a_bound_pod_moves_nothing() {
        state.apply(new PodBound(A, "n1", List.of("GPU-0", "GPU-1"), NOW));

        state.apply(new PodBound(A, "n1", List.of("GPU-6", "GPU-7"), NOW));
        state.apply(new PodBound(A, "n1", List.of(), NOW));

        assertThat(node("n1").free()).isEqualTo(GpuSet.of(2, 3, 4, 5, 6, 7));
        assertThat(state.boundGpus(A.key().uid(), "n1")).containsExactly("GPU-0", "GPU-1");
    }

    @Test
    void gpus_that_are_named_late_are_held() {
        state.apply(new PodBound(A, "n1", List.of(), NOW));
        state.apply(new PodBound(A, "n1", List.of("GPU-6", "GPU-7"), NOW));

        assertThat(node("n1").free()).isEqualTo(GpuSet.of(0, 1, 2, 3, 4, 5));
    }

    @Test
    void a_reservation_on_a_node_that_is_gone_is_still_to_be_settled() {
        state.reserve(A, node("n1"), GpuSet.of(0, 1), NOW);
        state.apply(new NodeGone("n1"));

        assertThat(state.reservedBefore(LATER))
                .extracting(reserved -> reserved.pod())
                .containsExactly(A);
        assertThat(state.reservedBefore(NOW)).isEmpty();
    }
}
