package dev.busbar.core.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.core.Machines;
import dev.busbar.core.cluster.Holding;
import dev.busbar.core.cluster.NodeState;
import dev.busbar.core.score.Bandwidth;
import dev.busbar.core.score.BestOfSize;
import dev.busbar.core.score.DemandMix;
import dev.busbar.core.score.Forecast;
import dev.busbar.core.score.Fragmentation;
import dev.busbar.core.score.Rooms;
import dev.busbar.core.score.Shape;
import dev.busbar.core.score.Yardstick;
import dev.busbar.core.topology.Allocator;
import dev.busbar.core.topology.Gpu;
import dev.busbar.core.topology.GpuSet;
import dev.busbar.core.topology.NodeTopology;
import dev.busbar.core.workload.Conditions;
import dev.busbar.core.workload.Conditions.LinkNeed;
import dev.busbar.core.workload.Conditions.NumaNeed;
import dev.busbar.core.workload.Conditions.RdmaNeed;
import dev.busbar.core.workload.GpuAsk;
import dev.busbar.core.workload.Intent;
import dev.busbar.core.workload.Pod;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PlacementTest {
    private static final Conditions SILENT = new Conditions(0, LinkNeed.NONE, NumaNeed.ANY, RdmaNeed.NONE, Set.of());
    private static final Conditions NVLINK = new Conditions(0, LinkNeed.NVLINK, NumaNeed.ANY, RdmaNeed.NONE, Set.of());

    record Case(String name, NodeTopology machine, GpuSet held, GpuAsk ask, GpuSet expected) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> choices() {
        return Stream.of(
                new Case(
                        "two GPUs get a bridged pair",
                        Machines.bridgedA100(),
                        GpuSet.NONE,
                        GpuAsk.whole(2),
                        GpuSet.of(0, 2)),
                new Case(
                        "one GPU takes the half of a pair that is broken already",
                        Machines.bridgedA100(),
                        GpuSet.of(4),
                        GpuAsk.whole(1),
                        GpuSet.of(5)),
                new Case(
                        "two GPUs leave the broken pair alone",
                        Machines.bridgedA100(),
                        GpuSet.of(0, 1),
                        GpuAsk.whole(2),
                        GpuSet.of(4, 5)),
                new Case(
                        "four GPUs get one quad of the mesh",
                        Machines.dgx1v(),
                        GpuSet.NONE,
                        GpuAsk.whole(4),
                        GpuSet.of(0, 1, 2, 3)),
                new Case(
                        "a share goes where little is left",
                        Machines.pcieOnly(4),
                        GpuSet.of(0, 1, 2),
                        GpuAsk.share(8L << 30, 0),
                        GpuSet.of(3)));
    }

    @ParameterizedTest
    @MethodSource("choices")
    void the_set_is_the_one_that_serves_pod_and_cluster_best(Case c) {
        var verdict = place(c.machine(), c.held(), c.ask());

        assertThat(verdict).isInstanceOf(Verdict.Fits.class);
        assertThat(((Verdict.Fits) verdict).gpus()).isEqualTo(c.expected());
    }

    record Silent(String name, GpuSet held, GpuSet expected) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Silent> silents() {
        return Stream.of(
                new Silent("the halves of broken pairs go first", GpuSet.of(0, 4), GpuSet.of(2, 5)),
                new Silent("of two sets that cost others alike the faster one", GpuSet.of(0, 1, 4), GpuSet.of(2, 3)),
                new Silent("a pair where there is nothing else", GpuSet.of(0, 1, 2, 3, 4, 5), GpuSet.of(6, 7)));
    }

    @ParameterizedTest
    @MethodSource("silents")
    void gpus_that_do_not_talk_leave_the_links_to_pods_that_will_ask_for_pairs(Silent c) {
        var pairs = List.of(new Forecast.Frequency(Shape.whole(0, 0, 2), 1));
        var mix = new DemandMix(Double.POSITIVE_INFINITY, pairs);

        var verdict = place(Machines.bridgedA100(), c.held(), GpuAsk.whole(2).with(SILENT), mix);

        assertThat(((Verdict.Fits) verdict).gpus()).isEqualTo(c.expected());
    }

    @Test
    void a_fast_pod_gets_the_best_slowest_link_of_all_free_sets() {
        var bandwidth = new Bandwidth();
        for (var machine : List.of(Machines.dgx1v(), Machines.bridgedA100(), Machines.bridgedA40())) {
            long all = machine.all().bits();
            for (long held = 0; held <= all; held++) {
                for (int size = 1; size <= Long.bitCount(all & ~held); size++) {
                    var verdict =
                            place(machine, new GpuSet(held), GpuAsk.whole(size).with(Intent.FAST));

                    double best = 0;
                    for (long set = all & ~held; set != 0; set = set - 1 & all & ~held) {
                        best = Long.bitCount(set) == size
                                ? Math.max(best, bandwidth.bottleneck(machine.links(), new GpuSet(set)))
                                : best;
                    }
                    assertThat(bandwidth.bottleneck(machine.links(), ((Verdict.Fits) verdict).gpus()))
                            .as(
                                    "%d of %d GPUs with %s held",
                                    size, machine.gpus().size(), new GpuSet(held))
                            .isEqualTo(best);
                }
            }
        }
    }

    record Refusal(String name, NodeTopology machine, GpuSet held, GpuAsk ask, Verdict expected) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Refusal> refusals() {
        return Stream.of(
                new Refusal(
                        "held GPUs may come back",
                        Machines.pcieOnly(4),
                        GpuSet.of(0, 1, 2),
                        GpuAsk.whole(2),
                        new Verdict.NotNow(Reason.TOO_FEW_FREE)),
                new Refusal(
                        "a small machine never has eight",
                        Machines.pcieOnly(4),
                        GpuSet.NONE,
                        GpuAsk.whole(8),
                        new Verdict.Never(Reason.TOO_FEW)),
                new Refusal(
                        "no NVLink will grow",
                        Machines.pcieOnly(4),
                        GpuSet.NONE,
                        GpuAsk.whole(2).with(NVLINK),
                        new Verdict.Never(Reason.NOT_LINKED)),
                new Refusal(
                        "four broken pairs hold no linked one",
                        Machines.bridgedA100(),
                        GpuSet.of(0, 1, 4, 6),
                        GpuAsk.whole(2).with(NVLINK),
                        new Verdict.NotNow(Reason.NOT_LINKED_FREE)),
                new Refusal(
                        "a share as large as no GPU",
                        Machines.pcieOnly(2),
                        GpuSet.NONE,
                        GpuAsk.share(81L << 30, 0),
                        new Verdict.Never(Reason.TOO_SMALL)),
                new Refusal(
                        "no GPUs at all",
                        NodeTopology.NONE,
                        GpuSet.NONE,
                        GpuAsk.whole(1),
                        new Verdict.Never(Reason.NO_GPUS)));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void a_refusal_says_whether_preempting_could_help(Refusal c) {
        var verdict = place(c.machine(), c.held(), c.ask());

        assertThat(verdict).isEqualTo(c.expected());
    }

    @Test
    void a_share_joins_another_before_it_opens_a_whole_gpu() {
        var share = GpuAsk.share(8L << 30, 0);
        var node = NodeState.empty(Machines.facts("n"), Machines.pcieOnly(4))
                .with(new Holding.Bound(Pod.of(Machines.pod("other"), share), GpuSet.of(2), Instant.EPOCH));

        var verdict = placement(node.topology(), prior()).on(node, share);

        assertThat(verdict)
                .isInstanceOfSatisfying(
                        Verdict.Fits.class, fits -> assertThat(fits.gpus()).isEqualTo(GpuSet.of(2)));
    }

    @Test
    void the_score_is_the_sum_of_its_terms() {
        var verdict = (Verdict.Fits) place(Machines.dgx1v(), GpuSet.of(2), GpuAsk.whole(3));

        double sum = verdict.terms().terms().values().stream()
                .mapToDouble(Double::doubleValue)
                .sum();

        assertThat(verdict.terms().score()).isEqualTo(sum);
    }

    @Test
    void who_needs_one_numa_node_gets_no_two_gpus_of_which_nobody_knows_where_they_are() {
        var counted = NodeTopology.counted(4, Allocator.BUSBAR);
        var single = new Conditions(0, LinkNeed.ANY, NumaNeed.SINGLE, RdmaNeed.NONE, Set.of());

        assertThat(place(counted, GpuSet.NONE, GpuAsk.whole(1).with(single))).isInstanceOf(Verdict.Fits.class);
        assertThat(place(counted, GpuSet.NONE, GpuAsk.whole(2).with(single))).isEqualTo(new Verdict.Never(Reason.NUMA));
    }

    @Test
    void gpus_with_mig_enabled_are_not_offered_and_named_as_the_reason() {
        var machine = Machines.with(Machines.pcieOnly(4), Gpu.Health.MIG, 0, 1);

        assertThat(place(machine, GpuSet.NONE, GpuAsk.whole(2))).isInstanceOf(Verdict.Fits.class);
        assertThat(place(machine, GpuSet.NONE, GpuAsk.whole(4))).isEqualTo(new Verdict.Never(Reason.MIG));
        assertThat(place(machine, GpuSet.NONE, GpuAsk.whole(5))).isEqualTo(new Verdict.Never(Reason.TOO_FEW));
        assertThat(place(Machines.with(machine, Gpu.Health.MIG, 2, 3), GpuSet.NONE, GpuAsk.share(1 << 30, 0)))
                .isEqualTo(new Verdict.Never(Reason.MIG));
    }

    private static Verdict place(NodeTopology machine, GpuSet held, GpuAsk ask) {
        return place(machine, held, ask, prior());
    }

    private static DemandMix prior() {
        return new DemandMix(Double.POSITIVE_INFINITY, DemandMix.PRIOR);
    }

    private static Verdict place(NodeTopology machine, GpuSet held, GpuAsk ask, DemandMix mix) {
        var node = NodeState.empty(Machines.facts("n"), machine);
        if (!held.isEmpty()) {
            var other = Pod.of(Machines.pod("other"), GpuAsk.whole(held.count()));
            node = node.with(new Holding.Bound(other, held, Instant.EPOCH));
        }
        return placement(machine, mix).on(node, ask);
    }

    private static Placement placement(NodeTopology machine, DemandMix mix) {
        var bandwidth = new Bandwidth();
        var best = BestOfSize.of(machine, bandwidth);
        var yardstick = new Yardstick(bandwidth, best, new Rooms(bandwidth, best), new Fragmentation(mix));
        return new Placement(yardstick);
    }
}
