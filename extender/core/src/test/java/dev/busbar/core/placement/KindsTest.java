package dev.busbar.core.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.core.Machines;
import dev.busbar.core.cluster.ClusterEvent.NodeSeen;
import dev.busbar.core.cluster.ClusterEvent.PodBound;
import dev.busbar.core.cluster.ClusterEvent.PodEnded;
import dev.busbar.core.cluster.ClusterEvent.TopologySeen;
import dev.busbar.core.cluster.ClusterSnapshot;
import dev.busbar.core.cluster.ClusterState;
import dev.busbar.core.cluster.NodeState;
import dev.busbar.core.topology.NodeTopology;
import dev.busbar.core.workload.GpuAsk;
import dev.busbar.core.workload.Pod;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KindsTest {
    private static final List<NodeTopology> MACHINES = List.of(Machines.hgxA100(), Machines.bridgedA100());
    private static final int NODES = 8;

    private final ClusterState state = new ClusterState();
    private final Kinds kinds = new Kinds(NODES);

    @Test
    void nodes_share_a_number_when_and_only_when_they_are_alike() {
        begin();
        var random = new Random(4);
        var running = new ArrayList<String>();
        for (int step = 0; step < 2_000; step++) {
            var what = change(random, step, running);
            var snapshot = state.snapshot();

            kinds.follow(snapshot);

            for (int node = 0; node < NODES; node++) {
                for (int other = 0; other < NODES; other++) {
                    assertThat(kinds.of(node) == kinds.of(other))
                            .as("%s: nodes %d and %d are alike", what, node, other)
                            .isEqualTo(areAlike(snapshot.node(node), snapshot.node(other)));
                }
                assertThat(areAlike(snapshot.node(node), kinds.example(kinds.of(node))))
                        .as("%s: node %d is as the example", what, node)
                        .isTrue();
            }
            assertThat(kinds.size()).isLessThanOrEqualTo(NODES + NODES / 4);
        }
        assertThat(kinds.version()).as("numbers given").isGreaterThan(NODES + NODES / 4);
    }

    @Test
    void a_number_that_is_given_again_shows_in_version_and_example() {
        begin();
        var random = new Random(5);
        var running = new ArrayList<String>();
        var known = new HashMap<Integer, NodeState>();
        for (int step = 0; step < 2_000; step++) {
            long version = kinds.version();
            change(random, step, running);

            kinds.follow(state.snapshot());

            for (int kind = 0; kind < kinds.size(); kind++) {
                var before = known.put(kind, kinds.example(kind));
                if (before != kinds.example(kind)) {
                    assertThat(kinds.version()).isGreaterThan(version);
                }
            }
        }
    }

    @Test
    void a_node_that_has_its_room_back_has_its_number_back() {
        begin();
        kinds.follow(state.snapshot());
        int before = kinds.of(0);
        bind("p", 0, 1);
        kinds.follow(state.snapshot());
        int between = kinds.of(0);

        state.apply(new PodEnded("uid-p"));
        kinds.follow(state.snapshot());

        assertThat(between).isNotEqualTo(before);
        assertThat(kinds.of(0)).isEqualTo(before);
    }

    @Test
    void an_empty_cluster_has_no_kinds() {
        kinds.follow(ClusterSnapshot.EMPTY);

        assertThat(kinds.size()).isZero();
    }

    private void begin() {
        for (int node = 0; node < NODES; node++) {
            state.apply(new NodeSeen(Machines.facts("n" + node)));
            state.apply(new TopologySeen("n" + node, MACHINES.get(node % MACHINES.size())));
        }
    }

    private String change(Random random, int step, List<String> running) {
        if (!running.isEmpty() && random.nextInt(running.size() + 4) >= 4) {
            var ended = running.remove(random.nextInt(running.size()));
            state.apply(new PodEnded("uid-" + ended));
            return "step %d: %s ended".formatted(step, ended);
        }
        var pod = "p" + step;
        bind(pod, random.nextInt(NODES), random.nextInt(8));
        running.add(pod);
        return "step %d: %s bound".formatted(step, pod);
    }

    private void bind(String name, int node, int gpu) {
        var pod = Pod.of(Machines.pod(name), GpuAsk.share(0, 200));
        var uuid = MACHINES.get(node % MACHINES.size()).gpus().get(gpu).uuid();
        state.apply(new PodBound(pod, "n" + node, List.of(uuid), Instant.EPOCH));
    }

    private static boolean areAlike(NodeState node, NodeState other) {
        return node.topology().nameless().equals(other.topology().nameless())
                && node.freeRoom().equals(other.freeRoom());
    }
}
