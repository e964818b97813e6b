package dev.busbar.core.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.core.Machines;
import dev.busbar.core.cluster.ClusterEvent.NodeGone;
import dev.busbar.core.cluster.ClusterEvent.NodeSeen;
import dev.busbar.core.cluster.ClusterEvent.PodBound;
import dev.busbar.core.cluster.ClusterEvent.PodEnded;
import dev.busbar.core.cluster.ClusterEvent.TopologySeen;
import dev.busbar.core.cluster.ClusterSnapshot;
import dev.busbar.core.cluster.ClusterState;
import dev.busbar.core.score.Bandwidth;
import dev.busbar.core.score.BestOfSize;
import dev.busbar.core.score.Rooms;
import dev.busbar.core.topology.Fabric;
import dev.busbar.core.topology.NodeTopology;
import dev.busbar.core.workload.GpuAsk;
import dev.busbar.core.workload.Pod;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TieOrderTest {
    private static final List<String> RACKS = List.of("", "rack-1", "rack-2", "rack-3");

    private final ClusterState state = new ClusterState();
    private final Fullness fullness = new Fullness();

    @Test
    void the_fixed_order_is_that_of_the_numbers() {
        assertThat(TieOrder.FIXED.isBefore(0, 1)).isTrue();
        assertThat(TieOrder.FIXED.isBefore(1, 0)).isFalse();
    }

    @Test
    void the_fuller_rack_comes_first_then_where_pods_leave_the_fuller_node() {
        // node:    0  1  2  3
        // rack:    0  1  1  0, so 14 GPUs are free in rack 0 and 12 in rack 1
        var rackOf = new int[] {0, 1, 1, 0};
        var freeInRack = new long[] {14_000, 12_000};
        var filling = new TieOrder(rackOf, freeInRack, new int[0]);
        var leaving = new TieOrder(rackOf, freeInRack, new int[] {8000, 8000, 4000, 6000});

        assertThat(sorted(filling, 4)).containsExactly(1, 2, 0, 3);
        assertThat(sorted(leaving, 4)).containsExactly(2, 1, 3, 0);
    }

    @Test
    void it_is_the_one_of_a_twin_that_counts_anew_as_nodes_and_pods_come_and_go() {
        var random = new Random(9);
        var running = new ArrayList<String>();
        for (int step = 0; step < 600; step++) {
            change(random, step, running);
            var snapshot = state.snapshot();
            var bandwidth = new Bandwidth();
            var rooms = new Rooms(bandwidth, BestOfSize.of(snapshot, bandwidth));

            fullness.follow(snapshot, rooms);

            for (boolean leave : new boolean[] {false, true}) {
                assertThat(sorted(fullness.ties(leave), snapshot.size()))
                        .as("seed 9, step %d, pods leave: %s", step, leave)
                        .isEqualTo(twin(snapshot, leave));
            }
        }
    }

    private void change(Random random, int step, List<String> running) {
        int node = random.nextInt(7);
        var name = "n" + node;
        switch (random.nextInt(8)) {
            case 0 -> {
                state.apply(new NodeSeen(Machines.facts(name)));
                state.apply(new TopologySeen(name, inRack(RACKS.get(random.nextInt(RACKS.size())))));
            }
            case 1 -> state.apply(random.nextInt(4) == 0 ? new NodeGone(name) : new NodeSeen(Machines.facts(name)));
            case 2, 3 -> {
                if (!running.isEmpty()) {
                    state.apply(new PodEnded(running.remove(random.nextInt(running.size()))));
                }
            }
            default -> {
                var pod = Pod.of(Machines.pod("p" + step), GpuAsk.whole(1));
                state.apply(new PodBound(pod, name, List.of("GPU-" + random.nextInt(8)), Instant.EPOCH));
                running.add(pod.key().uid());
            }
        }
    }

    private static NodeTopology inRack(String rack) {
        var machine = Machines.hgxA100();
        return new NodeTopology(
                machine.gpus(),
                machine.links(),
                machine.nics(),
                machine.numa(),
                new Fabric("", "", rack, ""),
                machine.allocator(),
                machine.kubelet(),
                machine.source());
    }

    private static List<Integer> sorted(TieOrder order, int nodes) {
        return IntStream.range(0, nodes)
                .boxed()
                .sorted((a, b) -> order.isBefore(a, b) ? -1 : order.isBefore(b, a) ? 1 : 0)
                .toList();
    }

    private static List<Integer> twin(ClusterSnapshot snapshot, boolean podsLeave) {
        return IntStream.range(0, snapshot.size())
                .boxed()
                .sorted(Comparator.<Integer>comparingLong(number -> freeInRack(snapshot, number))
                        .thenComparingInt(number ->
                                podsLeave ? snapshot.node(number).free().count() : 0)
                        .thenComparingInt(number -> number))
                .toList();
    }

    private static long freeInRack(ClusterSnapshot snapshot, int of) {
        var rack = snapshot.node(of).topology().fabric().rack();
        return rack.isEmpty()
                ? Long.MAX_VALUE
                : IntStream.range(0, snapshot.size())
                        .filter(number ->
                                snapshot.node(number).topology().fabric().rack().equals(rack))
                        .mapToLong(number -> snapshot.node(number).free().count())
                        .sum();
    }
}
