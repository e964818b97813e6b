package dev.busbar.files.sources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.busbar.core.cluster.ClusterSnapshot;
import dev.busbar.core.cluster.ClusterState;
import dev.busbar.core.score.Bandwidth;
import dev.busbar.core.topology.Allocator;
import dev.busbar.core.topology.Fabric;
import dev.busbar.core.topology.GpuSet;
import dev.busbar.core.topology.TopologySource;
import dev.busbar.core.workload.ResourceNames;
import dev.busbar.files.ClusterFolder;
import dev.busbar.files.TopologyReader;
import dev.busbar.files.gputopology.GpuTopologyCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

/** Three machines, described by one source at a time: what is known of them then, and what is not. */
class SourcesTest {

    private static final Path CLUSTERS = Path.of("../../test-clusters/sources");
    private static final Bandwidth BANDWIDTH = new Bandwidth();

    record Case(
            String cluster, TopologySource source, String node, GpuSet best, double gigabytesPerSecond, String sum) {
        @Override
        public String toString() {
            return "%s %s %s: %s".formatted(cluster, node, best, sum);
        }
    }

    static Stream<Case> cases() {
        return Stream.of(
                new Case("labels", TopologySource.LABELS, "bridged", GpuSet.of(0, 1), 10, "bridges unknown: SYS"),
                new Case("labels", TopologySource.LABELS, "board", GpuSet.of(0, 1), 370.8, "usual board: 18 x 20.6"),
                new Case("labels", TopologySource.LABELS, "board", GpuSet.first(8), 370.8, "usual board: 18 x 20.6"),
                new Case("hami", TopologySource.HAMI, "bridged", GpuSet.of(0, 2), 240, "score 1210: 12 lanes x 20"),
                new Case(
                        "hami",
                        TopologySource.HAMI,
                        "bridged",
                        GpuSet.first(4),
                        16.8,
                        "0-2=3-1=0 needs NODE: 0.7 x 24"),
                new Case("hami", TopologySource.HAMI, "board", GpuSet.of(0, 1), 370.8, "blind score 20: usual board"),
                new Case("zones", TopologySource.NODE_RESOURCE_TOPOLOGY, "bridged", GpuSet.of(0, 1), 16.8, "NODE"),
                new Case("zones", TopologySource.NODE_RESOURCE_TOPOLOGY, "board", GpuSet.first(4), 16.8, "no product"),
                new Case("zones", TopologySource.NODE_RESOURCE_TOPOLOGY, "board", GpuSet.first(8), 10, "SYS"),
                new Case("slices", TopologySource.RESOURCE_SLICE, "bridged", GpuSet.of(0, 1), 16.8, "NODE: 0.7 x 24"),
                new Case("slices", TopologySource.RESOURCE_SLICE, "board", GpuSet.first(8), 370.8, "usual board"),
                new Case("labels", TopologySource.LABELS, "cards", GpuSet.of(0, 1), 10, "SYS"),
                new Case("hami", TopologySource.HAMI, "cards", GpuSet.of(0, 1), 16.8, "score 20: NODE: 0.7 x 24"),
                // No product, so no PCIe generation: Gen4 counts.
                new Case("zones", TopologySource.NODE_RESOURCE_TOPOLOGY, "cards", GpuSet.of(0, 1), 16.8, "NODE"),
                new Case("slices", TopologySource.RESOURCE_SLICE, "cards", GpuSet.of(0, 1), 16.8, "NODE: 0.7 x 24"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void the_best_set_of_a_size_is_worth_this(Case given) {
        var node = cluster(given.cluster()).node(given.node()).orElseThrow();
        var links = node.topology().links();

        var best = BANDWIDTH.best(links, node.free(), given.best().count());

        assertThat(node.topology().source()).isEqualTo(given.source());
        assertThat(best).isEqualTo(given.best());
        assertThat(BANDWIDTH.gigabytesPerSecond(links, best)).isCloseTo(given.gigabytesPerSecond(), within(1e-9));
    }

    @Test
    void each_cluster_is_read_here() throws IOException {
        try (var files = Files.walk(CLUSTERS)) {
            assertThat(files.filter(Files::isRegularFile)
                            .map(file -> CLUSTERS.relativize(file).toString()))
                    .filteredOn(name -> !name.endsWith(".csv") && !name.equals("noderesourcetopologies.yaml"))
                    .containsExactlyInAnyOrderElementsOf(cases().map(given -> given.cluster() + "/cluster.yaml")
                            .collect(Collectors.toSet()));
        }
    }

    @Test
    void uuids_memory_and_numa_nodes_are_as_each_source_tells_them() {
        var hami = cluster("hami").node("bridged").orElseThrow().topology();
        var zones = cluster("zones").node("board").orElseThrow().topology();
        var slices = cluster("slices").node("board").orElseThrow().topology();

        assertThat(hami.gpus().get(2).uuid()).isEqualTo("GPU-a100bbbb-0000-4000-8000-000000000002");
        assertThat(hami.gpus().get(2).memoryBytes()).isEqualTo(80L << 30);
        assertThat(hami.gpus().get(2).numaNode()).isEqualTo(1);
        assertThat(zones.onNuma(1)).isEqualTo(GpuSet.of(4, 5, 6, 7));
        assertThat(zones.kubelet().topologyManager().name()).isEqualTo("SINGLE_NUMA_NODE");
        assertThat(zones.numa().getFirst().cpus()).isEqualTo(32);
        assertThat(slices.gpus().getLast().memoryBytes()).isEqualTo(81559L << 20);
        assertThat(cluster("slices").node("bridged").orElseThrow().topology().gpus())
                .hasSize(4);
    }

    @Test
    void what_each_source_leaves_open_and_what_was_concluded_is_said() {
        var labels = cluster("labels").node("board").orElseThrow().topology().origin();
        var hami = cluster("hami").node("bridged").orElseThrow().topology().origin();
        var zones = cluster("zones").node("bridged").orElseThrow().topology().origin();
        var slices = cluster("slices").node("bridged").orElseThrow().topology().origin();

        assertThat(labels.unknown()).containsExactly("UUIDs", "NUMA nodes", "PCIe paths", "network cards");
        assertThat(labels.inferred())
                .containsExactly("NVLinks, those of the usual board with 8 x NVIDIA-H100-80GB-HBM3");
        assertThat(hami.unknown()).containsExactly("network cards");
        assertThat(zones.unknown()).containsExactly("product", "memory", "UUIDs", "NVLinks", "network cards");
        assertThat(slices.unknown()).containsExactly("NVLinks", "network cards");
    }

    @Test
    void rack_zone_and_domain_of_the_labels_hold_whatever_source_describes_the_gpus() {
        var labels = Map.of(
                "nvidia.com/gpu.product", "NVIDIA-H100-80GB-HBM3",
                "nvidia.com/gpu.count", "8",
                "accelerator.topograph.run/domain", "nvl-7",
                "fabric.topograph.run/tier-0", "leaf-3",
                "topology.kubernetes.io/zone", "z1");
        var own = GpuTopologyCodec.fromApi(
                "{\"metadata\":{\"name\":\"n1\"},\"spec\":{\"gpus\":[{\"index\":0,\"uuid\":\"GPU-x\"}]}}");
        var published = Published.of(words(labels, Map.of()));

        for (var each : List.of(published, published.withOwn(List.of(own)))) {
            var choice = each.choice("nvidia.com/gpu").orElseThrow();
            var read = TopologyReader.read(choice, Allocator.BUSBAR).topology();
            assertThat(read.fabric()).isEqualTo(new Fabric("nvl-7", "", "leaf-3", "z1"));
        }
    }

    @Test
    void gpus_without_uuids_are_the_device_plugins_to_give_out_until_somebody_names_them() {
        var labels = Map.of("nvidia.com/gpu.product", "NVIDIA-L40S", "nvidia.com/gpu.count", "1");
        var own = GpuTopologyCodec.fromApi(
                "{\"metadata\":{\"name\":\"n1\"},\"spec\":{\"gpus\":[{\"index\":0,\"uuid\":\"GPU-x\"}]}}");
        var published = Published.of(words(labels, Map.of()));

        var owners = Stream.of(published, published.withOwn(List.of(own)))
                .map(each -> each.choice("nvidia.com/gpu").orElseThrow())
                .map(choice ->
                        TopologyReader.read(choice, Allocator.BUSBAR).topology().allocator());

        assertThat(owners).containsExactly(Allocator.DEVICE_PLUGIN, Allocator.BUSBAR);
    }

    @Test
    void the_older_text_of_hami_reads_like_the_json() {
        var words = words(
                Map.of(),
                Map.of(
                        "hami.io/node-nvidia-register",
                        "GPU-x,10,32768,100,NVIDIA-Tesla V100-PCIE-32GB,1,true:GPU-y,10,32768,100,NVIDIA-Tesla"
                                + " V100,0,false:"));

        var topology = HamiSource.read(words).orElseThrow();

        assertThat(topology.spec().gpus())
                .extracting(gpu -> gpu.uuid() + " " + gpu.memory() + " " + gpu.numaNode())
                .containsExactly("GPU-x 32Gi 1", "GPU-y 32Gi 0");
        assertThat(topology.status().gpus())
                .extracting(gpu -> gpu.health().name())
                .containsExactly("HEALTHY", "LOST");
    }

    @Test
    void what_can_not_be_read_says_nothing() {
        for (var register : List.of("", "[", "[]", "GPU-x,10,many,100,T4,0,true:", "{\"id\":7}", "GPU-x")) {
            assertThat(HamiSource.read(words(Map.of(), Map.of("hami.io/node-nvidia-register", register))))
                    .as(register)
                    .isEmpty();
        }
        assertThat(LabelSource.read(words(
                        Map.of("nvidia.com/gpu.product", "Tesla-T4-SHARED", "nvidia.com/gpu.count", "4"), Map.of())))
                .as("replicas are no GPUs")
                .isEmpty();
        var empty = JsonMapper.shared().readTree("{}");
        assertThat(ZoneSource.read(empty, words(Map.of(), Map.of()), "nvidia.com/gpu"))
                .isEmpty();
        assertThat(SliceSource.read(List.of(empty), words(Map.of(), Map.of()))).isEmpty();
    }

    @Test
    void the_first_source_is_believed_and_a_difference_is_said() {
        var words = words(
                Map.of("nvidia.com/gpu.product", "Tesla-T4", "nvidia.com/gpu.count", "4"),
                Map.of("hami.io/node-nvidia-register", "GPU-x,10,15360,100,NVIDIA-Tesla T4,0,true:"));

        var choice = Published.of(words).choice("nvidia.com/gpu").orElseThrow();

        assertThat(choice.origin().source()).isEqualTo(TopologySource.HAMI);
        assertThat(choice.origin().conflicts())
                .containsExactly("HAMi annotations: 1 GPUs; GPU feature discovery labels (inferred): 4 GPUs;"
                        + " the first counts");
    }

    @Test
    void the_clique_is_the_domain_and_the_nearest_label_the_rack() {
        var words = words(
                Map.of(
                        "nvidia.com/gpu.clique", "3183419e-9edc-4f0e-86e8-d895a9fb06be.17044",
                        "accelerator.topograph.run/domain", "nvl-7",
                        "network.topology.nvidia.com/leaf", "leaf-3",
                        "network.topology.nvidia.com/spine", "spine-1",
                        "topology.kubernetes.io/zone", "z1"),
                Map.of());

        assertThat(FabricLabels.read(words).domain()).isEqualTo("3183419e-9edc-4f0e-86e8-d895a9fb06be");
        assertThat(FabricLabels.read(words).clique()).endsWith(".17044");
        assertThat(FabricLabels.rack(words)).isEqualTo("leaf-3");
        assertThat(FabricLabels.zone(words)).isEqualTo("z1");
        assertThat(FabricLabels.read(words(Map.of("accelerator.topograph.run/domain", "nvl-7"), Map.of()))
                        .domain())
                .isEqualTo("nvl-7");
    }

    private static NodeWords words(Map<String, String> labels, Map<String, String> annotations) {
        return new NodeWords("n1", labels, annotations);
    }

    private static ClusterSnapshot cluster(String name) {
        var state = new ClusterState();
        ClusterFolder.read(CLUSTERS.resolve(name), ResourceNames.DEFAULT)
                .events()
                .forEach(state::apply);
        return state.snapshot();
    }
}
