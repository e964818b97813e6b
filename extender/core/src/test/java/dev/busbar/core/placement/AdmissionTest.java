package dev.busbar.core.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.core.Machines;
import dev.busbar.core.cluster.ClusterSnapshot;
import dev.busbar.core.cluster.Holding;
import dev.busbar.core.cluster.NodeState;
import dev.busbar.core.cluster.NodeUse;
import dev.busbar.core.topology.Allocator;
import dev.busbar.core.topology.GpuSet;
import dev.busbar.core.topology.KubeletPolicies;
import dev.busbar.core.topology.KubeletPolicies.Scope;
import dev.busbar.core.topology.KubeletPolicies.TopologyManager;
import dev.busbar.core.topology.NodeTopology;
import dev.busbar.core.topology.NumaNode;
import dev.busbar.core.workload.Conditions;
import dev.busbar.core.workload.GpuAsk;
import dev.busbar.core.workload.Intent;
import dev.busbar.core.workload.Pod;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Eight GPUs and 64 CPUs, four and 32 to a NUMA node. */
class AdmissionTest {
    record Case(
            String name, TopologyManager policy, Allocator hand, GpuSet held, GpuAsk ask, Verdict refusal, GpuSet set) {
        static Case fits(String name, TopologyManager policy, Allocator hand, GpuSet held, GpuAsk ask, GpuSet set) {
            return new Case(name, policy, hand, held, ask, new Verdict.Never(Reason.KUBELET), set);
        }

        static Case refused(
                String name, TopologyManager policy, Allocator hand, GpuSet held, GpuAsk ask, Verdict refusal) {
            return new Case(name, policy, hand, held, ask, refusal, GpuSet.NONE);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() {
        var now = new Verdict.NotNow(Reason.KUBELET_FREE);
        var never = new Verdict.Never(Reason.KUBELET);
        var plugin = Allocator.DEVICE_PLUGIN;
        var three = GpuSet.of(0, 1, 2);
        return Stream.of(
                Case.fits(
                        "best effort refuses nothing",
                        TopologyManager.BEST_EFFORT,
                        plugin,
                        GpuSet.of(0, 1, 4, 5),
                        plugin(3),
                        GpuSet.of(2, 3, 6)),
                Case.refused(
                        "three GPUs must come from one NUMA node where they could",
                        TopologyManager.RESTRICTED,
                        plugin,
                        GpuSet.of(0, 1, 4, 5),
                        plugin(3),
                        now),
                // the plugin divides into {1,2} and the rest before it comes to {1,4,5,6,7}, which has as many points
                Case.fits(
                        "five GPUs need two NUMA nodes on any day",
                        TopologyManager.RESTRICTED,
                        plugin,
                        GpuSet.of(0),
                        plugin(5),
                        GpuSet.of(3, 4, 5, 6, 7)),
                Case.refused(
                        "five GPUs are never on a single NUMA node",
                        TopologyManager.SINGLE_NUMA_NODE,
                        plugin,
                        GpuSet.NONE,
                        plugin(5),
                        never),
                Case.fits(
                        "the plugin chooses on the NUMA node that the kubelet took",
                        TopologyManager.RESTRICTED,
                        plugin,
                        three,
                        plugin(2),
                        GpuSet.of(4, 5)),
                Case.fits(
                        "our own GPUs are none of the kubelet's business",
                        TopologyManager.SINGLE_NUMA_NODE,
                        Allocator.BUSBAR,
                        GpuSet.NONE,
                        GpuAsk.whole(8),
                        GpuSet.first(8)),
                Case.refused(
                        "but its CPUs are: 40 never fit 32",
                        TopologyManager.SINGLE_NUMA_NODE,
                        Allocator.BUSBAR,
                        GpuSet.NONE,
                        GpuAsk.whole(1).beside(40_000, 0),
                        never),
                // NUMA node 0 has 10 CPUs left, NUMA node 1 has 20
                Case.refused(
                        "and 24 do not fit while others hold theirs",
                        TopologyManager.RESTRICTED,
                        Allocator.BUSBAR,
                        GpuSet.NONE,
                        GpuAsk.whole(1).beside(24_000, 0),
                        now),
                Case.refused(
                        "GPUs and CPUs must be free on one NUMA node together",
                        TopologyManager.RESTRICTED,
                        plugin,
                        GpuSet.of(4, 5, 6, 7),
                        plugin(2).beside(16_000, 0),
                        now),
                Case.fits(
                        "a part of a CPU is nobody's own",
                        TopologyManager.SINGLE_NUMA_NODE,
                        Allocator.BUSBAR,
                        GpuSet.NONE,
                        GpuAsk.whole(8).beside(40_500, 0),
                        GpuSet.first(8)),
                Case.refused(
                        "pods without GPUs are refused as well",
                        TopologyManager.RESTRICTED,
                        Allocator.BUSBAR,
                        GpuSet.NONE,
                        GpuAsk.none(24_000, 0),
                        now));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void a_pod_is_not_sent_where_the_kubelet_would_refuse(Case c) {
        var other =
                Pod.of(Machines.pod("other"), GpuAsk.whole(Math.max(1, c.held().count())));
        var node = NodeState.empty(Machines.facts("n"), machine(c.policy(), c.hand()))
                .with(new NodeUse(Instant.EPOCH, List.of(), Map.of(), Map.of(0, 10, 1, 20)));
        if (!c.held().isEmpty()) {
            node = node.with(new Holding.Bound(other, c.held(), Instant.EPOCH));
        }

        var verdict = new Verdicts().on(ClusterSnapshot.EMPTY, node, c.ask());

        if (c.set().isEmpty()) {
            assertThat(verdict).isEqualTo(c.refusal());
        } else {
            assertThat(verdict)
                    .isInstanceOfSatisfying(
                            Verdict.Fits.class, fits -> assertThat(fits.gpus()).isEqualTo(c.set()));
        }
    }

    private static GpuAsk plugin(int count) {
        return new GpuAsk(new GpuAsk.Whole(count, Allocator.DEVICE_PLUGIN), 0, 0, Conditions.NONE, Intent.PACK);
    }

    private static NodeTopology machine(TopologyManager policy, Allocator hand) {
        var machine = Machines.pcieOnly(8);
        var numa = List.of(new NumaNode(0, 32, 0), new NumaNode(1, 32, 0));
        return new NodeTopology(
                machine.gpus(),
                machine.links(),
                machine.nics(),
                numa,
                machine.fabric(),
                hand,
                new KubeletPolicies(policy, Scope.CONTAINER, true, false),
                machine.source());
    }
}
