package dev.busbar.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.core.topology.Allocator;
import dev.busbar.core.topology.Crossing;
import dev.busbar.core.topology.Gpu;
import dev.busbar.core.topology.Link;
import dev.busbar.files.gputopology.GpuTopologyCodec;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TopologyReaderTest {

    private static final String FOUR = """
        spec:
          gpus:
          - {index: 0, uuid: a, product: NVIDIA A100 80GB PCIe, memory: 80Gi}
          - {index: 1, uuid: b, product: NVIDIA A100 80GB PCIe, memory: 80Gi}
          - {index: 2, uuid: c, product: NVIDIA A100 80GB PCIe, memory: 80Gi}
          - {index: 3, uuid: d, product: NVIDIA A100 80GB PCIe, memory: 80Gi}
          links:
          - X NV12 NODE SYS
          - NV12 X SYS SYS
          - NODE SYS X NV12
          - SYS SYS NV12 X
        """;

    @Test
    void what_is_right_needs_no_complaint() {
        var read = read(FOUR);

        assertThat(read.complaints()).isEmpty();
        assertThat(read.topology().links().link(0, 1)).isEqualTo(new Link.NvLink(12, 240));
        assertThat(read.topology().links().link(0, 2))
                .isInstanceOfSatisfying(
                        Link.Pcie.class, path -> assertThat(path.crossing()).isEqualTo(Crossing.NODE));
    }

    @Test
    void of_two_words_for_one_link_the_worse_counts() {
        var read = read(FOUR.replace("- NV12 X SYS SYS", "- NV8 X SYS SYS").replace("- NODE SYS", "- SYS SYS"));

        assertThat(read.topology().links().link(0, 1)).isEqualTo(new Link.NvLink(8, 160));
        assertThat(read.topology().links().link(2, 0)).hasToString("SYS");
        assertThat(read.errors()).isEmpty();
        assertThat(read.warnings())
                .containsExactly(
                        "spec.links says NV12 from GPU 0 to GPU 1 and NV8 back: NV8 counts",
                        "spec.links says NODE from GPU 0 to GPU 2 and SYS back: SYS counts");
    }

    @Test
    void the_path_beside_an_nvlink_is_told_apart_or_follows_from_switches_and_numa_nodes() {
        var pcie = """
              pcie:
              - X PHB NODE SYS
              - PHB X SYS SYS
              - NODE SYS X %s
              - SYS SYS %s X
            """;
        var near = FOUR.replaceAll("uuid: [ab],", "$0 numaNode: 0,").replaceAll("uuid: [cd],", "$0 pcieSwitch: s,");

        var told = read(near + pcie.formatted("PXB", "PXB"));
        var wrong = read(near + pcie.formatted("NV12", "NV12"));
        var untold = read(near);

        assertThat(told.complaints()).isEmpty();
        assertThat(told.topology().links().crossing(0, 1)).isEqualTo(Crossing.PHB);
        assertThat(told.topology().links().crossing(3, 2)).isEqualTo(Crossing.PXB);
        assertThat(told.topology().links().crossing(0, 2)).isEqualTo(Crossing.NODE);
        assertThat(wrong.topology().links().crossing(3, 2)).isEqualTo(Crossing.PIX);
        assertThat(wrong.errors())
                .containsExactly("spec.pcie[2] has NV12 for GPU 3; it must be PIX, PXB, PHB, NODE or SYS");
        assertThat(untold.topology().links().crossing(0, 1)).isEqualTo(Crossing.NODE);
        assertThat(untold.topology().links().crossing(2, 3)).isEqualTo(Crossing.PIX);
    }

    @Test
    void a_dead_link_counts_as_the_worst_path() {
        var read = read(FOUR.replace("NV12 X SYS", "NV0 X SYS").replace("X NV12 NODE", "X NV0 NODE"));

        assertThat(read.topology().links().link(0, 1)).hasToString("SYS");
        assertThat(read.warnings()).anyMatch(text -> text.contains("NV0"));
    }

    @Test
    void a_matrix_that_is_not_square_keeps_what_it_has() {
        var read = read(FOUR.replace("  - SYS SYS NV12 X\n", ""));

        assertThat(read.errors()).containsExactly("spec.links has 3 rows for 4 GPUs");
        assertThat(read.topology().links().link(0, 1)).hasToString("NV12");
        assertThat(read.topology().links().link(2, 3)).hasToString("SYS");
    }

    @Test
    void gpus_in_another_order_take_their_rows_with_them() {
        var read = read("""
            spec:
              gpus:
              - {index: 2, uuid: c, product: A100, memory: 80Gi}
              - {index: 0, uuid: a, product: A100, memory: 80Gi}
              - {index: 1, uuid: b, product: A100, memory: 80Gi}
              links: [X NV4 SYS, NV4 X PIX, SYS PIX X]
              nics: [{name: mlx5_0, paths: [PIX, SYS, NODE]}]
            """);

        assertThat(read.complaints()).isEmpty();
        assertThat(read.topology().gpus().getFirst().uuid()).isEqualTo("a");
        assertThat(read.topology().links().link(0, 2)).hasToString("NV4");
        assertThat(read.topology().links().link(0, 1)).hasToString("PIX");
        assertThat(read.topology().nics().getFirst().paths())
                .containsExactly(Crossing.SYS, Crossing.NODE, Crossing.PIX);
    }

    @Test
    void a_hole_in_the_indices_is_closed_and_said() {
        var read = read(FOUR.replace("index: 3", "index: 5"));

        assertThat(read.topology().gpus().getLast().index()).isEqualTo(3);
        assertThat(read.warnings()).containsExactly("spec.gpus has no GPU with index 3: GPU 5 counts as it");
    }

    @Test
    void health_comes_from_the_status_and_a_cut_gpu_is_not_given_out() {
        var read = read(FOUR.replace("uuid: d,", "uuid: d, mig: [{uuid: m, profile: 1g.10gb}],") + """
            status:
              gpus: [{uuid: a, health: degraded}, {uuid: b, health: lost}]
            """);

        assertThat(read.topology().gpus().stream().map(Gpu::health))
                .containsExactly(Gpu.Health.DEGRADED, Gpu.Health.UNHEALTHY, Gpu.Health.HEALTHY, Gpu.Health.MIG);
        assertThat(read.warnings()).containsExactly("GPU 3 is not offered: MIG is enabled on it");
    }

    @Test
    void what_the_object_does_not_say_is_taken_from_the_catalogue_and_said() {
        var read = read("spec: {gpus: [{index: 0, uuid: a, product: NVIDIA A100-SXM4-40GB}, {index: 1, uuid: b}]}");

        assertThat(read.topology().gpus().getFirst().memoryBytes()).isEqualTo(40L << 30);
        assertThat(read.warnings())
                .containsExactlyInAnyOrder(
                        "spec.links is missing: each path between GPUs counts as SYS",
                        "spec.gpus does not say the memory of GPU 0: 40960 MiB count",
                        "spec.gpus does not say the memory of GPU 1: no share of it can be given out");
    }

    @Test
    void without_a_product_the_largest_bond_tells_the_generation() {
        var bare =
                "spec: {gpus: [{index: 0, uuid: a, memory: 1Gi}, {index: 1, uuid: b, memory: 1Gi}], links: [X NVn, NVn"
                        + " X]}";

        assertThat(gigabytesPerSecond(bare, 18)).isEqualTo(18 * 20.6);
        assertThat(gigabytesPerSecond(bare, 12)).isEqualTo(12 * 20.0);
        assertThat(gigabytesPerSecond(bare, 2)).isEqualTo(2 * 20.0);
        assertThat(read(bare.replace("NVn", "NV18")).warnings())
                .containsExactly("the product of a GPU is not known: its NVLinks count as HOPPER ones");
    }

    @Test
    void the_hand_that_gives_out_is_the_objects_word_first() {
        var object = GpuTopologyCodec.fromYaml(FOUR);
        var said = GpuTopologyCodec.fromYaml(FOUR + "  allocator: busbar\n");

        assertThat(TopologyReader.read(object, Allocator.DEVICE_PLUGIN)
                        .topology()
                        .allocator())
                .isEqualTo(Allocator.DEVICE_PLUGIN);
        assertThat(TopologyReader.read(said, Allocator.DEVICE_PLUGIN).topology().allocator())
                .isEqualTo(Allocator.BUSBAR);
        assertThat(TopologyReader.read(object).topology().allocator()).isEqualTo(Allocator.BUSBAR);
    }

    @Test
    void no_rows_at_all_make_it_throw() {
        long seed = 3;
        var random = new Random(seed);
        var words = new String[] {"X", "NV12", "NV0", "NV999", "NV1000", "PIX", "SYS", "SOC", "", " ", "\t", "N/A"};
        for (int round = 0; round < 500; round++) {
            var text = new StringBuilder("spec:\n  gpus:\n");
            for (int gpu = random.nextInt(round % 20 == 0 ? 70 : 6); gpu > 0; gpu--) {
                text.append("  - {index: %d, uuid: u%d}\n".formatted(random.nextInt(70), random.nextInt(70)));
            }
            text.append("  links:\n");
            for (int row = random.nextInt(6); row > 0; row--) {
                text.append("  - \"");
                for (int word = random.nextInt(6); word > 0; word--) {
                    text.append(words[random.nextInt(words.length)].replace("\t", "\\t"))
                            .append(' ');
                }
                text.append("\"\n");
            }

            var read = read(text.toString());

            assertThat(read.topology().links().size())
                    .as("seed %d, round %d", seed, round)
                    .isEqualTo(read.topology().gpus().size());
        }
    }

    private static double gigabytesPerSecond(String bare, int lanes) {
        return read(bare.replace("NVn", "NV" + lanes)).topology().links().gigabytesPerSecond(0, 1);
    }

    private static TopologyReader.Read read(String yaml) {
        return TopologyReader.read(GpuTopologyCodec.fromYaml(yaml));
    }
}
