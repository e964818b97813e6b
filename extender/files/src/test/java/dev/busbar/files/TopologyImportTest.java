package dev.busbar.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.core.cluster.ClusterEvent.TopologySeen;
import dev.busbar.core.topology.Link;
import dev.busbar.core.topology.NodeTopology;
import dev.busbar.core.workload.ResourceNames;
import dev.busbar.files.gputopology.GpuTopologyCodec;
import dev.busbar.files.gputopology.Memory;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopologyImportTest {

    private static final String LIST = """
        index, uuid, name, memory.total [MiB], pci.bus_id\r
        0, GPU-5d5ba0d6-d33d-2b2c-524d-9e3d8d2b8a77, NVIDIA A40, 46068 MiB, 00000000:25:00.0\r
        1, GPU-1b4b3a1c-0000-2b2c-524d-9e3d8d2b8a77, NVIDIA A40, 46068 MiB, 00000000:41:00.0\r
        2, GPU-2b4b3a1c-0000-2b2c-524d-9e3d8d2b8a77, NVIDIA A40, 46068 MiB, 00000000:A1:00.0\r
        3, GPU-3b4b3a1c-0000-2b2c-524d-9e3d8d2b8a77, NVIDIA A40, 46068 MiB, 00000000:C1:00.0\r
        """;

    @ParameterizedTest(name = "{0} describes {1}")
    @CsvSource({
        "dgx-a100.txt, dgx-a100, A100",
        "hgx-h100-crlf.txt, hgx-h100, H100",
        "dgx-1v-old.txt, dgx-1v, V100",
        "a40-spaces.txt, a40, A40",
        "gb200-tray.txt, gb200-tray, GB200",
    })
    void a_pasted_table_describes_the_named_machine(String file, String cluster, String product) {
        var imported = TopologyImport.of("n").withProduct(product).read(file, TopoMatrixTest.text(file));

        var topology =
                TopologyReader.read(GpuTopologyCodec.fromYaml(imported.yaml())).topology();

        var machine = topologyOf(cluster);
        assertThat(imported.remarks()).isEmpty();
        assertThat(links(topology)).isEqualTo(links(machine));
        assertThat(topology.nics().stream().map(nic -> nic.paths()))
                .isEqualTo(machine.nics().stream().map(nic -> nic.paths()).toList());
        assertThat(topology.gpus().stream().map(gpu -> gpu.memoryBytes()))
                .isEqualTo(machine.gpus().stream().map(gpu -> gpu.memoryBytes()).toList());
    }

    private static List<Link> links(NodeTopology topology) {
        var gpus = topology.all();
        return gpus.indices()
                .boxed()
                .flatMap(a -> gpus.indices()
                        .filter(b -> b != a)
                        .mapToObj(b -> topology.links().link(a, b)))
                .toList();
    }

    @Test
    void the_drivers_list_gives_uuids_products_memory_and_bus_ids() {
        var list = GpuList.parse("gpus.csv", LIST);

        var object = TopologyImport.of("a40")
                .withGpus(list)
                .read("t", TopoMatrixTest.text("a40-spaces.txt"))
                .object();

        var gpu = object.spec().gpus().get(2);
        assertThat(gpu.uuid()).isEqualTo("GPU-2b4b3a1c-0000-2b2c-524d-9e3d8d2b8a77");
        assertThat(gpu.product()).isEqualTo("NVIDIA A40");
        assertThat(gpu.memory()).isEqualTo(Memory.parse("46068Mi"));
        assertThat(gpu.pciBusId()).isEqualTo("0000:a1:00.0");
        assertThat(gpu.numaNode()).isEqualTo(1);
        assertThat(object.metadata().annotations()).isEmpty();
    }

    @Test
    void without_a_product_the_generation_is_a_guess_and_marked_so() {
        var imported = TopologyImport.of("n1").read("t", TopoMatrixTest.text("a40-spaces.txt"));

        assertThat(imported.object().metadata().annotations()).containsEntry(TopologyImport.GUESSED, "true");
        assertThat(imported.object().spec().gpus().getLast().uuid()).isEqualTo("GPU-n1-3");
        assertThat(imported.yaml())
                .contains("# the product of a GPU is not known: its NVLinks count as AMPERE ones\n")
                .contains("\n  - NV4 SYS NODE X\n");
        assertThat(GpuTopologyCodec.fromYaml(imported.yaml())).isEqualTo(imported.object());
    }

    @Test
    void what_does_not_fit_together_is_refused() {
        var four = GpuList.parse("gpus.csv", LIST);

        assertThatThrownBy(() -> TopologyImport.of("Node_1")).hasMessageContaining("node name (Node_1)");
        assertThatThrownBy(() -> TopologyImport.of("n").withProduct("H10O"))
                .hasMessageStartingWith("product (H10O) is none that we know: P100, V100,")
                .hasMessageEndingWith("\nMaybe H100 is meant.");
        assertThatThrownBy(() -> TopologyImport.of("n").withGpus(four).read("t", TopoMatrixTest.text("dgx-a100.txt")))
                .hasMessage("t has 8 GPUs, but the list of GPUs has 4");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0, GPU-5d5 | zero, GPU-5d5 | gpus.csv: line 2: index (zero) must be a number",
                "46068 MiB, 00000000:25 | 45 GB, 00000000:25 | gpus.csv: line 2: memory.total (45 GB) must be such as"
                        + " 81920 MiB",
                "00000000:41:00.0 | 41 | gpus.csv: line 3: pci.bus_id (41) must be such as 00000000:07:00.0",
                "'1, GPU-1' | '0, GPU-1' | gpus.csv: line 3: a second GPU with index 0",
                "'NVIDIA A40, 46068 MiB, 00000000:A1:00.0' | 'NVIDIA A40' | gpus.csv: line 4 has 3 values for the"
                        + " columns index, uuid, name, memory.total, pci.bus_id",
                "'uuid, name' | 'uuid, title' | gpus.csv: line 1 lacks one of the columns index, uuid, name,"
                        + " memory.total, pci.bus_id",
            })
    void a_slip_in_the_drivers_list_is_named_with_its_line(String right, String wrong, String message) {
        assertThat(LIST).contains(right);

        var text = LIST.replace(right, wrong);

        assertThatThrownBy(() -> GpuList.parse("gpus.csv", text))
                .isInstanceOf(BadInput.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void a_list_without_heads_and_units_will_do() {
        var bare = "0, GPU-a, NVIDIA H100 80GB HBM3, 81559, 00000000:19:00.0\n";

        assertThat(GpuList.parse("gpus.csv", bare).byIndex().get(0))
                .isEqualTo(
                        new GpuList.Entry("GPU-a", "NVIDIA H100 80GB HBM3", Memory.parse("81559Mi"), "0000:19:00.0"));
    }

    @Test
    void no_mutation_of_the_list_throws_anything_but_bad_input() {
        long seed = 6;
        var random = new Random(seed);
        int refused = 0;
        for (int round = 0; round < 5_000; round++) {
            var text = new StringBuilder(LIST);
            for (int times = 1 + random.nextInt(4); times > 0; times--) {
                int at = random.nextInt(text.length());
                if (random.nextBoolean()) {
                    text.delete(at, Math.min(text.length(), at + random.nextInt(20)));
                } else {
                    text.insert(at, ",\n[]9999999999 G\u0000é".charAt(random.nextInt(17)));
                }
            }
            try {
                GpuList.parse("t", text.toString());
            } catch (BadInput e) {
                refused++;
                assertThat(e.getMessage().lines().count())
                        .as("seed %d, round %d", seed, round)
                        .isBetween(1L, 2L);
            }
        }
        assertThat(refused).isBetween(100, 4_999);
    }

    private static NodeTopology topologyOf(String cluster) {
        return ClusterFolder.find(cluster, ResourceNames.DEFAULT).events().stream()
                .filter(TopologySeen.class::isInstance)
                .map(event -> ((TopologySeen) event).topology())
                .findFirst()
                .orElseThrow();
    }
}
