package dev.busbar.core.cluster;

import static dev.busbar.core.Machines.GIB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.core.Machines;
import dev.busbar.core.cluster.NodeUse.Attribution;
import dev.busbar.core.cluster.NodeUse.GpuUse;
import dev.busbar.core.topology.Gpu;
import dev.busbar.core.topology.GpuSet;
import dev.busbar.core.workload.GpuAsk;
import dev.busbar.core.workload.Pod;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Four GPUs of 80 GiB; GPU 0 is the one that is looked at. */
class GpuRoomTest {
    private static final Instant SAMPLED = Instant.parse("2026-11-25T04:00:00.200Z");

    record Case(String name, List<Holding> holdings, List<GpuUse> samples, long freeGib, int freeMilli, GpuSet free) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() {
        return Stream.of(
                new Case("nobody holds anything", List.of(), List.of(), 80, 1000, GpuSet.of(0, 1, 2, 3)),
                // 80 - 8 - 24
                new Case(
                        "shares add up",
                        List.of(share("a", 8, 250), share("b", 24, 0)),
                        List.of(),
                        48,
                        750,
                        GpuSet.of(1, 2, 3)),
                new Case(
                        "a whole GPU leaves no share",
                        List.of(whole("a", GpuSet.of(0, 2))),
                        List.of(),
                        0,
                        0,
                        GpuSet.of(1, 3)),
                new Case(
                        "an annotation gives nothing to a pod that asks no GPU",
                        List.of(held("a", GpuAsk.none(1000, 0), GpuSet.of(0, 1))),
                        List.of(),
                        80,
                        1000,
                        GpuSet.of(0, 1, 2, 3)),
                new Case(
                        "a share that nobody has named may be on any GPU, so one is kept back",
                        List.of(held("a", GpuAsk.share(8 * GIB, 0), GpuSet.NONE)),
                        List.of(),
                        0,
                        0,
                        GpuSet.of(1, 2, 3)),
                // 80 - max(8, 30) - max(24, 2) - (40 - 32) - 80 / 16
                new Case(
                        "a pod counts by promise or measure, whichever is more, and strangers count on top",
                        List.of(share("a", 8, 0), share("b", 24, 0)),
                        List.of(sample(40, Map.of("a", 30, "b", 2))),
                        13,
                        1000,
                        GpuSet.of(1, 2, 3)),
                // 80 - 24 - 0: the sample is older than the pod
                new Case(
                        "a pod younger than the sample counts by its promise",
                        List.of(share("b", 24, 0)),
                        List.of(sample(0, Map.of())),
                        56,
                        1000,
                        GpuSet.of(1, 2, 3)),
                // 80 - max(8 + 24, 40)
                new Case(
                        "a sample that knows no processes counts as a whole",
                        List.of(share("a", 8, 0), share("b", 24, 0)),
                        List.of(unattributed(40)),
                        40,
                        1000,
                        GpuSet.of(1, 2, 3)),
                // 80 - max(24, 35) - 40: the total is older than b, and a may be the one that took it
                new Case(
                        "a pod younger than a sample that knows no processes counts on top of it",
                        List.of(share("a", 24, 0), young("b", 40)),
                        List.of(unattributed(35)),
                        5,
                        1000,
                        GpuSet.of(1, 2, 3)),
                // 80 - 60 - 80 / 16: 40 are not there
                new Case(
                        "a stranger holds sixty",
                        List.of(),
                        List.of(sample(60, Map.of())),
                        15,
                        1000,
                        GpuSet.of(1, 2, 3)),
                // 80 - max(40, 5) - 35 - 80 / 16
                new Case(
                        "forty promised, five of them used, and a stranger with thirty-five leave nothing",
                        List.of(share("a", 40, 0)),
                        List.of(sample(40, Map.of("a", 5))),
                        0,
                        1000,
                        GpuSet.of(1, 2, 3)),
                // 80 - 8
                new Case(
                        "what was measured too long ago does not count",
                        List.of(share("a", 8, 0)),
                        List.of(new GpuUse(0, 60 * GIB, Map.of(), Attribution.OUTDATED)),
                        72,
                        1000,
                        GpuSet.of(1, 2, 3)),
                // 80 - 5 - 80 / 16
                new Case(
                        "a stranger's process takes a GPU that nobody holds",
                        List.of(),
                        List.of(sample(5, Map.of())),
                        70,
                        1000,
                        GpuSet.of(1, 2, 3)),
                new Case(
                        "a mere context leaves the GPU free",
                        List.of(),
                        List.of(sample(1, Map.of())),
                        79,
                        1000,
                        GpuSet.of(0, 1, 2, 3)),
                // the stock plugin begins at the lowest: 0 and 1 are gone, as nobody said which
                new Case(
                        "GPUs that nobody has named count as the lowest",
                        List.of(whole("a", 2, GpuSet.NONE)),
                        List.of(),
                        0,
                        0,
                        GpuSet.of(2, 3)),
                new Case(
                        "a sample of a GPU that is not there is no harm",
                        List.of(),
                        List.of(new GpuUse(9, 80 * GIB, Map.of(), Attribution.TOTAL_ONLY)),
                        80,
                        1000,
                        GpuSet.of(0, 1, 2, 3)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void free_is_what_is_neither_promised_nor_used(Case c) {
        var node = new NodeState(Machines.facts("n"), Machines.pcieOnly(4), use(c.samples()), c.holdings());

        assertThat(node.freeMemoryBytes(0)).isEqualTo(c.freeGib() * GIB);
        assertThat(node.freeMilli(0)).isEqualTo(c.freeMilli());
        assertThat(node.free()).isEqualTo(c.free());
    }

    @Test
    void an_unhealthy_gpu_is_nobodys() {
        var node = NodeState.empty(Machines.facts("n"), Machines.with(Machines.pcieOnly(4), Gpu.Health.UNHEALTHY, 0));

        assertThat(node.free()).isEqualTo(GpuSet.of(1, 2, 3));
        assertThat(node.shareable()).isEqualTo(GpuSet.of(1, 2, 3));
        assertThat(node.freeMemoryBytes(0)).isZero();
    }

    private static Holding share(String name, long gib, int milli) {
        return held(name, GpuAsk.share(gib * GIB, milli), GpuSet.of(0));
    }

    private static Holding young(String name, long gib) {
        var pod = Pod.of(Machines.pod(name), GpuAsk.share(gib * GIB, 0));
        return new Holding.Bound(pod, GpuSet.of(0), SAMPLED.minusMillis(300));
    }

    private static Holding whole(String name, GpuSet gpus) {
        return whole(name, gpus.count(), gpus);
    }

    private static Holding whole(String name, int count, GpuSet gpus) {
        return held(name, GpuAsk.whole(count), gpus);
    }

    private static Holding held(String name, GpuAsk ask, GpuSet gpus) {
        return new Holding.Bound(Pod.of(Machines.pod(name), ask), gpus, Instant.EPOCH);
    }

    private static GpuUse sample(long gib, Map<String, Integer> gibByPod) {
        var bytes = new HashMap<String, Long>();
        gibByPod.forEach((name, used) -> bytes.put(Machines.pod(name).uid(), used * GIB));
        return new GpuUse(0, gib * GIB, bytes, Attribution.BY_PROCESS);
    }

    private static GpuUse unattributed(long gib) {
        return new GpuUse(0, gib * GIB, Map.of(), Attribution.TOTAL_ONLY);
    }

    private static NodeUse use(List<GpuUse> samples) {
        return new NodeUse(SAMPLED, samples, Map.of());
    }
}
