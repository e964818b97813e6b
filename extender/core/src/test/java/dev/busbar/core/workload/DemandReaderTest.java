package dev.busbar.core.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.core.topology.Allocator;
import dev.busbar.core.workload.Conditions.LinkNeed;
import dev.busbar.core.workload.Conditions.NumaNeed;
import dev.busbar.core.workload.Conditions.RdmaNeed;
import dev.busbar.core.workload.Demand.Asks;
import dev.busbar.core.workload.Demand.Flaw;
import dev.busbar.core.workload.Demand.Malformed;
import dev.busbar.core.workload.GpuAsk.Devices;
import dev.busbar.core.workload.GpuAsk.Share;
import dev.busbar.core.workload.GpuAsk.Whole;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class DemandReaderTest {

    private static final DemandReader READER = new DemandReader(ResourceNames.DEFAULT);
    private static final long GIB = 1L << 30;

    record Case(String name, Map<String, Long> milli, Devices devices) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> devices() {
        return Stream.of(
                new Case("no GPU", Map.of("cpu", 1000L), GpuAsk.NO_GPU),
                new Case("zero GPUs are none", Map.of("busbar.dev/gpu", 0L), GpuAsk.NO_GPU),
                new Case("two of ours", Map.of("busbar.dev/gpu", 2000L), new Whole(2, Allocator.BUSBAR)),
                new Case("one of the plugin's", Map.of("nvidia.com/gpu", 1000L), new Whole(1, Allocator.DEVICE_PLUGIN)),
                new Case("all that a set can hold", Map.of("busbar.dev/gpu", 64_000L), new Whole(64, Allocator.BUSBAR)),
                new Case("memory", Map.of("busbar.dev/gpu-memory", 8 * GIB * 1000), new Share(8 * GIB, 0)),
                new Case("milli", Map.of("busbar.dev/gpu-milli", 250_000L), new Share(0, 250)),
                new Case(
                        "memory and milli",
                        Map.of("busbar.dev/gpu-memory", GIB * 1000, "busbar.dev/gpu-milli", 1_000_000L),
                        new Share(GIB, 1000)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("devices")
    void resources_make_an_ask(Case given) {
        var demand = READER.read(given.milli(), Map.of());

        assertThat(demand)
                .isInstanceOfSatisfying(
                        Asks.class, asks -> assertThat(asks.ask().devices()).isEqualTo(given.devices()));
    }

    @ParameterizedTest(name = "{0} x {1} and {2} x {3}: {4}")
    @CsvSource({
        "busbar.dev/gpu, -1000, cpu, 0, COUNT, -1",
        "busbar.dev/gpu, 3500, cpu, 0, COUNT, 3.5",
        "busbar.dev/gpu, 99000, cpu, 0, COUNT, 99",
        "busbar.dev/gpu, 9223372036854775807, cpu, 0, COUNT, 9223372036854775.807",
        "nvidia.com/gpu, 500, cpu, 0, COUNT, 0.5",
        "busbar.dev/gpu-milli, 1001000, cpu, 0, SHARE, '0 bytes, 1001 milli'",
        "busbar.dev/gpu-milli, -1000, cpu, 0, SHARE, '0 bytes, -1 milli'",
        "busbar.dev/gpu-milli, 500, cpu, 0, SHARE, 0.5 milli",
        "busbar.dev/gpu-memory, -8000, cpu, 0, SHARE, '-8 bytes, 0 milli'",
        "busbar.dev/gpu, 1000, nvidia.com/gpu, 1000, MIXED, ''",
        "busbar.dev/gpu, 1000, busbar.dev/gpu-memory, 1000, MIXED, ''",
        "nvidia.com/gpu, 1000, busbar.dev/gpu-milli, 1000, MIXED, ''",
    })
    void nonsense_is_malformed_and_says_what_was_found(
            String first, long milli, String second, long otherMilli, Flaw flaw, String found) {
        var demand = READER.read(Map.of(first, milli, second, otherMilli), Map.of());

        assertThat(demand).isEqualTo(new Malformed(flaw, found));
    }

    @ParameterizedTest(name = "{0}: {1} is no {2}")
    @CsvSource({
        "min-bandwidth, fast, MIN_BANDWIDTH",
        "min-bandwidth, -1, MIN_BANDWIDTH",
        "min-bandwidth, NaN, MIN_BANDWIDTH",
        "min-bandwidth, 200GB, MIN_BANDWIDTH",
        "min-bandwidth, '', MIN_BANDWIDTH",
        "link, nv, LINK",
        "link, NVLINK, LINK",
        "numa, both, NUMA",
        "rdma, yes, RDMA",
        "gpu-product, A100|, PRODUCT",
        "gpu-product, 'A100,H100', PRODUCT",
        "intent, quick, INTENT",
    })
    void an_annotation_with_nonsense_is_malformed(String key, String value, Flaw flaw) {
        var demand = READER.read(Map.of("busbar.dev/gpu", 1000L), Map.of("busbar.dev/" + key, value));

        assertThat(demand).isEqualTo(new Malformed(flaw, value));
    }

    @Test
    void annotations_make_conditions() {
        var demand = READER.read(
                Map.of("busbar.dev/gpu", 2000L, "cpu", 1500L, "memory", 4 * GIB * 1000),
                Map.of(
                        "busbar.dev/min-bandwidth", "62.5",
                        "busbar.dev/link", "nvlink",
                        "busbar.dev/numa", "single",
                        "busbar.dev/rdma", "prefer",
                        "busbar.dev/gpu-product", "A100|H100",
                        "busbar.dev/intent", "spread"));

        var conditions =
                new Conditions(62.5, LinkNeed.NVLINK, NumaNeed.SINGLE, RdmaNeed.PREFER, Set.of("A100", "H100"));
        assertThat(demand)
                .isEqualTo(new Asks(
                        GpuAsk.whole(2).beside(1500, 4 * GIB).with(conditions).with(Intent.SPREAD)));
    }

    @Test
    void gpus_may_be_said_not_to_talk_with_each_other() {
        var demand = READER.read(Map.of("busbar.dev/gpu", 2000L), Map.of("busbar.dev/link", "none"));

        assertThat(demand.ask().conditions().useLinks()).isFalse();
    }

    @Test
    void names_of_other_systems_are_read_when_they_are_set() {
        var names = new ResourceNames(
                "nvidia.com/gpu", "busbar.dev/gpu", "", "", "nvidia.com/gpumem", "nvidia.com/gpucores", 0);
        var reader = new DemandReader(names);

        var demand = reader.read(Map.of("nvidia.com/gpumem", 3_000_000L, "nvidia.com/gpucores", 30_000L), Map.of());

        assertThat(demand).isEqualTo(new Asks(GpuAsk.share(3000L << 20, 300)));
        assertThat(reader.read(Map.of("nvidia.com/gpumem", 3_000_000L, "nvidia.com/gpu", 1000L), Map.of()))
                .isEqualTo(new Asks(GpuAsk.share(3000L << 20, 0)));
        assertThat(reader.read(Map.of("nvidia.com/gpucores", 30_000L, "nvidia.com/gpu", 2000L), Map.of()))
                .isEqualTo(new Malformed(Flaw.MIXED, ""));
        assertThat(reader.read(Map.of("nvidia.com/gpu", 1000L), Map.of()).ask().devices())
                .isEqualTo(new Whole(1, Allocator.DEVICE_PLUGIN));
    }

    @Test
    void a_context_is_added_to_what_is_asked_by_memory_and_to_nothing_else() {
        var names = new ResourceNames(
                "nvidia.com/gpu", "busbar.dev/gpu", "busbar.dev/mem", "busbar.dev/milli", "", "", GIB);
        var reader = new DemandReader(names);

        assertThat(reader.read(Map.of("busbar.dev/mem", 8 * GIB * 1000), Map.of()))
                .isEqualTo(new Asks(GpuAsk.share(9 * GIB, 0)));
        assertThat(reader.read(Map.of("busbar.dev/milli", 250_000L), Map.of()))
                .isEqualTo(new Asks(GpuAsk.share(0, 250)));
    }

    @Test
    void a_pod_that_runs_with_a_key_nobody_knows_still_holds_what_it_asked() {
        var demand = READER.read(Map.of("busbar.dev/gpu", 2000L), Map.of("busbar.dev/note", "x"));

        assertThat(demand).isEqualTo(new Malformed(Flaw.UNKNOWN_KEY, "busbar.dev/note", demand.ask()));
        assertThat(demand.ask().gpuCount()).isEqualTo(2);
    }
}
