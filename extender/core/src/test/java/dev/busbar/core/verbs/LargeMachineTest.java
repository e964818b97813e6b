package dev.busbar.core.verbs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.core.Machines;
import dev.busbar.core.cluster.ClusterEvent.NodeSeen;
import dev.busbar.core.cluster.ClusterEvent.PodBound;
import dev.busbar.core.cluster.ClusterEvent.PodEnded;
import dev.busbar.core.cluster.ClusterEvent.TopologySeen;
import dev.busbar.core.cluster.ClusterState;
import dev.busbar.core.placement.Verdicts;
import dev.busbar.core.topology.Crossing;
import dev.busbar.core.topology.Link;
import dev.busbar.core.topology.NodeTopology;
import dev.busbar.core.topology.NvLinkGeneration;
import dev.busbar.core.topology.PcieGeneration;
import dev.busbar.core.workload.GpuAsk;
import dev.busbar.core.workload.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Machines of sixteen GPUs are decided in milliseconds, however they are wired. */
class LargeMachineTest {
    private static final int[] SIZES = {1, 2, 3, 4, 5, 8};
    private static final int DECISIONS = 300;
    private static final Link BETWEEN_SOCKETS = Link.Pcie.of(Crossing.SYS, PcieGeneration.GEN4);

    private final ClusterState state = new ClusterState();
    private final Verdicts verdicts = new Verdicts();

    record Case(String name, NodeTopology machine) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> machines() {
        var random = new Random(5);
        return Stream.of(
                new Case("switches", Machines.machine(16, 6, (a, b) -> Link.NvLink.of(6, NvLinkGeneration.VOLTA))),
                new Case(
                        "pairs",
                        Machines.machine(
                                16,
                                12,
                                (a, b) -> a / 2 == b / 2
                                        ? Link.NvLink.of(12, NvLinkGeneration.AMPERE)
                                        : BETWEEN_SOCKETS)),
                new Case(
                        "a mesh without order",
                        Machines.machine(
                                16,
                                99,
                                (a, b) -> random.nextInt(4) == 0
                                        ? BETWEEN_SOCKETS
                                        : Link.NvLink.of(1 + random.nextInt(3), NvLinkGeneration.VOLTA))));
    }

    @ParameterizedTest
    @MethodSource("machines")
    @Timeout(60)
    void a_decision_on_sixteen_gpus_takes_less_than_five_milliseconds(Case c) {
        state.apply(new NodeSeen(Machines.facts("n")));
        state.apply(new TopologySeen("n", c.machine()));
        var random = new Random(6);
        var running = new ArrayDeque<Pod>();
        var took = new long[DECISIONS];
        for (int i = 0; i < DECISIONS; i++) {
            var pod = Pod.of(Machines.pod("p" + i), GpuAsk.whole(SIZES[random.nextInt(SIZES.length)]));
            long begun = System.nanoTime();
            decide(pod);
            took[i] = System.nanoTime() - begun;
            state.holdingOf(pod.key().uid()).ifPresent(placed -> {
                var uuids = placed.holding().gpus().indices().mapToObj(gpu -> "GPU-" + gpu);
                state.apply(new PodBound(pod, "n", uuids.toList(), Instant.EPOCH));
                running.add(pod);
            });
            while (running.size() > 3) {
                state.apply(new PodEnded(running.remove().key().uid()));
            }
        }

        // The mean, as other work on the machine may stop any single one.
        assertThat(Arrays.stream(took).average().orElseThrow()).isLessThan(5_000_000);
    }

    private void decide(Pod pod) {
        var claimFor = Duration.ofMinutes(1);
        new FilterVerb(state, verdicts, claimFor).answer(state.snapshot(), pod, new int[] {0}, Instant.EPOCH);
        new PrioritizeVerb(state, verdicts, claimFor).answer(state.snapshot(), pod, new int[] {0}, Instant.EPOCH);
    }
}
