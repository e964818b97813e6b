package dev.busbar.core.verbs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.core.Machines;
import dev.busbar.core.cluster.ClusterEvent.GangGone;
import dev.busbar.core.cluster.ClusterEvent.GangSeen;
import dev.busbar.core.cluster.ClusterEvent.NodeSeen;
import dev.busbar.core.cluster.ClusterEvent.PodBound;
import dev.busbar.core.cluster.ClusterEvent.PodEnded;
import dev.busbar.core.cluster.ClusterEvent.PodWaiting;
import dev.busbar.core.cluster.ClusterEvent.TopologySeen;
import dev.busbar.core.cluster.ClusterState;
import dev.busbar.core.placement.Verdicts;
import dev.busbar.core.topology.Fabric;
import dev.busbar.core.topology.NodeTopology;
import dev.busbar.core.workload.Demand;
import dev.busbar.core.workload.GangKey;
import dev.busbar.core.workload.GpuAsk;
import dev.busbar.core.workload.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A gang is asked about member by member in one cycle; all that ties them together is what we remember. */
class GangTest {
    private static final Instant NOW = Instant.parse("2026-11-25T02:00:00Z");
    private static final Duration CLAIM = Duration.ofSeconds(30);
    private static final GangKey RING = new GangKey("default", "ring");

    private final ClusterState state = new ClusterState();
    private final Verdicts verdicts = new Verdicts();

    @Test
    void four_members_of_two_gpus_land_on_the_one_node_that_has_room_for_all() {
        node("a-half", Machines.hgxA100());
        node("b-empty", Machines.hgxA100());
        hold("other", "a-half", 6);

        assertThat(place(members(4, 2, GangKey.NONE))).contains("a-half");
        state.lapse(Instant.MAX);
        assertThat(place(members(4, 2, RING))).containsExactly("b-empty", "b-empty", "b-empty", "b-empty");
    }

    @Test
    void where_slots_of_big_pods_are_dear_a_gang_pays_for_one_together_and_is_not_scattered_over_leftovers() {
        node("a-half", Machines.hgxA100());
        node("b-empty", Machines.hgxA100());
        node("c-pcie", Machines.pcieOnly(8));
        hold("other", "a-half", 4);

        assertThat(place(members(4, 2, RING))).containsExactly("b-empty", "b-empty", "b-empty", "b-empty");
    }

    @Test
    void the_first_member_goes_where_all_can_follow_before_word_of_the_others_has_come() {
        node("a-half", Machines.hgxA100());
        node("b-empty", Machines.hgxA100());
        hold("other", "a-half", 4);
        var members = members(4, 2, RING);
        members.stream()
                .skip(1)
                .forEach(member -> state.apply(new PodEnded(member.key().uid())));

        assertThat(place(members.subList(0, 1))).containsExactly("a-half");
        state.lapse(Instant.MAX);
        state.apply(new GangSeen(RING, 4));
        assertThat(place(members.subList(0, 1))).containsExactly("b-empty");
        state.lapse(Instant.MAX);
        state.apply(new GangGone(RING));
        assertThat(place(members.subList(0, 1))).containsExactly("a-half");
    }

    @Test
    void members_that_fill_a_node_each_land_in_one_nvlink_domain() {
        node("t1", tray("rack-1", "clique-1"));
        node("t2", tray("rack-1", "clique-2"));
        node("t3", tray("rack-2", "clique-3"));
        node("t4", tray("rack-2", "clique-3"));

        assertThat(place(members(2, 4, RING))).containsExactlyInAnyOrder("t3", "t4");
    }

    @Test
    void where_no_domain_has_room_one_rack_is_better_than_two() {
        node("t1", tray("rack-1", "clique-1"));
        node("t2", tray("rack-2", "clique-2"));
        node("t3", tray("rack-3", "clique-3"));
        node("t4", tray("rack-2", "clique-4"));
        var members = members(2, 4, RING);
        state.apply(new PodBound(members.getFirst(), "t4", uuids(4), NOW));

        assertThat(place(members.subList(1, 2))).containsExactly("t2");
    }

    @Test
    void the_first_member_goes_to_the_rack_that_has_room_for_all() {
        node("t1", tray("rack-1", "clique-1"));
        node("t2", tray("rack-2", "clique-2"));
        node("t3", tray("rack-3", "clique-3"));
        node("t4", tray("rack-2", "clique-4"));

        assertThat(place(members(2, 4, RING))).containsExactlyInAnyOrder("t2", "t4");
    }

    @Test
    void a_gang_that_was_given_up_leaks_no_claim() {
        node("n", Machines.hgxA100());
        var members = members(5, 2, RING);

        assertThat(place(members)).hasSize(4);
        assertThat(state.claims()).isEqualTo(4);
        state.lapse(NOW.plus(CLAIM));
        assertThat(state.claims()).isZero();
        assertThat(state.snapshot().node("n").orElseThrow().free().count()).isEqualTo(8);
    }

    @Test
    void a_member_asked_about_again_does_not_pull_itself() {
        node("n1", Machines.hgxA100());
        node("n2", Machines.hgxA100());
        var members = members(2, 4, RING);
        state.apply(new PodBound(members.getFirst(), "n2", uuids(4), NOW));

        assertThat(place(members.subList(1, 2))).containsExactly("n2");
        assertThat(place(members.subList(1, 2))).containsExactly("n2");
        assertThat(state.othersOf(members.get(1)).nodes()).containsExactly("n2");
    }

    /** Asks about each as kube-scheduler does; the nodes in order, none for a pod that fits nowhere. */
    private List<String> place(List<Pod> pods) {
        var chosen = new ArrayList<String>();
        pods.forEach(pod -> state.apply(new PodWaiting(pod)));
        for (var pod : pods) {
            var snapshot = state.snapshot();
            var numbers = IntStream.range(0, snapshot.size()).toArray();
            new FilterVerb(state, verdicts, CLAIM).answer(snapshot, pod, numbers, NOW);
            var ranking = new PrioritizeVerb(state, verdicts, CLAIM).answer(state.snapshot(), pod, numbers, NOW);
            if (ranking.hasBest()) {
                chosen.add(snapshot.names().name(ranking.best()));
            }
        }
        return chosen;
    }

    private static List<Pod> members(int count, int gpus, GangKey gang) {
        return IntStream.range(0, count)
                .mapToObj(
                        i -> new Pod(Machines.pod("m" + i + gang.name()), new Demand.Asks(GpuAsk.whole(gpus)), gang, 0))
                .toList();
    }

    private void hold(String name, String node, int gpus) {
        state.apply(new PodBound(Pod.of(Machines.pod(name), GpuAsk.whole(gpus)), node, uuids(gpus), NOW));
    }

    private static List<String> uuids(int count) {
        return IntStream.range(0, count).mapToObj(i -> "GPU-" + i).toList();
    }

    private void node(String name, NodeTopology machine) {
        state.apply(new NodeSeen(Machines.facts(name)));
        state.apply(new TopologySeen(name, machine));
    }

    /** Four GPUs, all joined, in a rack and an NVLink clique. */
    private static NodeTopology tray(String rack, String clique) {
        var machine = Machines.pcieOnly(4);
        return new NodeTopology(
                machine.gpus(),
                machine.links(),
                machine.nics(),
                machine.numa(),
                new Fabric("domain", clique, rack, "zone"),
                machine.allocator(),
                machine.kubelet(),
                machine.source());
    }
}
