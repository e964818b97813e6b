package dev.busbar.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.busbar.core.cluster.ClusterState;
import dev.busbar.core.cluster.NodeState;
import dev.busbar.core.score.Bandwidth;
import dev.busbar.core.topology.Allocator;
import dev.busbar.core.topology.GpuSet;
import dev.busbar.core.workload.ResourceNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The named clusters of test-clusters/: each is read here, and each says what its best sets are worth. */
class NamedClustersTest {

    private static final Path CLUSTERS = Path.of("../../test-clusters/clusters");
    private static final Bandwidth BANDWIDTH = new Bandwidth();

    record Case(String cluster, GpuSet best, double gigabytesPerSecond, String sum) {
        @Override
        public String toString() {
            return cluster + " " + best + ": " + sum;
        }
    }

    static Stream<Case> machines() {
        return Stream.of(
                // NVSwitch: each set has the rate of one GPU's lanes.
                new Case("dgx-a100", GpuSet.of(0, 1), 240, "12 lanes x 20"),
                new Case("dgx-a100", GpuSet.first(4), 240, "12 lanes x 20"),
                new Case("dgx-a100", GpuSet.first(8), 240, "12 lanes x 20"),
                new Case("hgx-h100", GpuSet.of(0, 1), 370.8, "18 lanes x 20.6"),
                new Case("hgx-h100", GpuSet.first(4), 370.8, "18 lanes x 20.6"),
                new Case("hgx-h100", GpuSet.first(8), 370.8, "18 lanes x 20.6"),
                // The mesh: lanes x 20, ring by ring.
                new Case("dgx-1v", GpuSet.of(1, 2), 40, "2 lanes x 20"),
                new Case("dgx-1v", GpuSet.first(4), 40, "rings 0-1-2-3 and 0-2-1-3 of 1 lane x 20 each"),
                new Case("dgx-1v", GpuSet.first(8), 60, "0-3-2-1-5-6-7-4 of 2 lanes and 0-1-3-7-5-4-6-2 of 1, x 20"),
                // Bridges: a third GPU goes over PCIe Gen4, 24 x 0.7 inside a socket, 10 across.
                new Case("a100-pcie", GpuSet.of(0, 2), 240, "12 lanes x 20"),
                new Case("a100-pcie", GpuSet.first(4), 16.8, "0-2=1-3=0 needs NODE: 0.7 x 24"),
                new Case("a100-pcie", GpuSet.first(8), 10, "SYS"),
                new Case("a40", GpuSet.of(1, 2), 48, "4 lanes x 12"),
                new Case("a40", GpuSet.first(4), 16.8, "0-3=2-1=0 needs NODE: 0.7 x 24"),
                new Case("l40s", GpuSet.of(0, 1), 24, "PIX"),
                new Case("l40s", GpuSet.first(4), 16.8, "0-1=2-3=0 needs NODE: 0.7 x 24"),
                new Case("l40s", GpuSet.first(8), 10, "SYS"),
                new Case("a100-quad", GpuSet.of(0, 1), 80, "4 lanes x 20"),
                new Case("a100-quad", GpuSet.first(3), 80, "one ring of 4 lanes x 20"),
                new Case("a100-quad", GpuSet.first(4), 80, "one ring of 4 lanes x 20; the two links left make no ring"),
                new Case("b200-without-nvlink", GpuSet.of(0, 1), 721.8, "18 lanes x 40.1"),
                new Case("b200-without-nvlink", GpuSet.of(0, 1, 3, 4), 721.8, "18 lanes x 40.1, without GPU 2"),
                new Case("b200-without-nvlink", GpuSet.first(8), 33.6, "GPU 2 joins over NODE: 0.7 x 48"),
                new Case("gb200-tray", GpuSet.first(4), 721.8, "18 lanes x 40.1"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("machines")
    void the_best_set_of_a_size_is_worth_this(Case given) {
        var node = onlyNode(given.cluster());
        var links = node.topology().links();

        var best = BANDWIDTH.best(links, node.free(), given.best().count());

        assertThat(best).isEqualTo(given.best());
        assertThat(BANDWIDTH.gigabytesPerSecond(links, best)).isCloseTo(given.gigabytesPerSecond(), within(1e-9));
    }

    @Test
    void the_demo_has_pods_that_hold_what_their_annotations_name() {
        var free = new TreeMap<String, GpuSet>();
        var snapshot = state("demo").snapshot();
        for (int node = 0; node < snapshot.size(); node++) {
            free.put(snapshot.node(node).name(), snapshot.node(node).free());
        }

        assertThat(free)
                .isEqualTo(Map.of(
                        "a100-pcie-1", GpuSet.of(2, 3, 4, 5, 6, 7),
                        "a100-quad-1", GpuSet.first(4),
                        "a40-1", GpuSet.of(1, 2, 3),
                        "cpu-1", GpuSet.NONE,
                        "dgx-a100-1", GpuSet.of(2, 3, 4, 5, 6, 7),
                        "hgx-h100-1", GpuSet.of(4, 5, 6, 7),
                        "l40s-1", GpuSet.of(1, 2, 3, 5, 6, 7),
                        "l40s-2", GpuSet.first(8)));
    }

    @Test
    void one_demo_node_is_the_device_plugins() {
        var snapshot = state("demo").snapshot();

        var plugins = snapshot.node("a40-1").orElseThrow();

        assertThat(plugins.topology().allocator()).isEqualTo(Allocator.DEVICE_PLUGIN);
        assertThat(plugins.facts().devicePluginGpus()).isEqualTo(4);
        assertThat(snapshot.node("l40s-1").orElseThrow().topology().allocator()).isEqualTo(Allocator.BUSBAR);
    }

    @Test
    void only_the_degraded_machine_warns() {
        var warnings = BundledClusters.all().stream()
                .flatMap(bundled ->
                        ClusterFolder.of(bundled.name(), bundled.texts(), ResourceNames.DEFAULT).warnings().stream());

        assertThat(warnings)
                .containsExactly(
                        "b200-without-nvlink/cluster.yaml: document 2 (GpuTopology hgx-b200): GPU 2 has no NVLink,"
                                + " while others of its node are joined by switches");
    }

    @Test
    void a_tray_has_numa_nodes_without_cpus() {
        var numa = onlyNode("gb200-tray").topology().numa();

        assertThat(numa.stream().filter(node -> node.cpus() == 0).map(node -> node.id()))
                .containsExactly(2, 10, 18, 26);
        assertThat(numa.getFirst().cpus()).isEqualTo(72);
    }

    @Test
    void each_cluster_is_named_by_a_sentence() {
        assertThat(BundledClusters.all())
                .allSatisfy(bundled -> assertThat(bundled.sentence()).matches("[A-Z].{30,}\\."));
    }

    @Test
    void the_index_names_the_files_that_there_are_and_each_is_read_here() throws IOException {
        var onDisk = new TreeSet<String>();
        try (var files = Files.walk(CLUSTERS)) {
            files.filter(Files::isRegularFile)
                    .map(file -> CLUSTERS.relativize(file).toString().replace('\\', '/'))
                    .forEach(onDisk::add);
        }
        onDisk.remove(BundledClusters.INDEX);
        var read = machines().map(Case::cluster).collect(Collectors.toCollection(TreeSet::new));
        read.add("demo");

        var index = BundledClusters.all();

        assertThat(index.stream().flatMap(bundled -> bundled.files().stream())).containsExactlyElementsOf(onDisk);
        assertThat(index.stream().map(BundledClusters.Bundled::name)).containsExactlyElementsOf(read);
    }

    @Test
    void a_cluster_reads_the_same_from_its_folder_and_from_the_jar() {
        for (var bundled : BundledClusters.all()) {
            var folder = ClusterFolder.read(CLUSTERS.resolve(bundled.name()), ResourceNames.DEFAULT);

            assertThat(ClusterFolder.find(bundled.name(), ResourceNames.DEFAULT).events())
                    .isEqualTo(folder.events());
        }
    }

    private static NodeState onlyNode(String cluster) {
        var snapshot = state(cluster).snapshot();
        assertThat(snapshot.size()).isEqualTo(1);
        return snapshot.node(0);
    }

    private static ClusterState state(String cluster) {
        var state = new ClusterState();
        ClusterFolder.read(CLUSTERS.resolve(cluster), ResourceNames.DEFAULT)
                .events()
                .forEach(state::apply);
        return state;
    }
}
