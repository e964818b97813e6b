package dev.busbar.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.files.TopoMatrix.NicColumn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopoMatrixTest {

    private static final Path FOLDER = Path.of("src/test/resources/topo");
    private static final String PAIR = """
        $ nvidia-smi topo -m
        \tGPU0\tGPU1\tNIC0\tCPU Affinity\tNUMA Affinity
        GPU0\t X \tNV4\tPIX\t0-15\t0
        GPU1\tNV4\t X \tSYS\t16-31\t1
        NIC0\tPIX\tSYS\t X

        Legend:
        """;

    @Test
    void a_table_with_colours_tabs_and_a_legend_of_cards() {
        var table = TopoMatrix.parse("dgx-a100.txt", text("dgx-a100.txt"));

        assertThat(table.warnings()).isEmpty();
        assertThat(table.gpus())
                .hasSize(8)
                .allSatisfy(gpu -> assertThat(gpu.links()).contains("X", "NV12"));
        assertThat(table.gpus().stream().map(gpu -> gpu.numaNode())).containsExactly(3, 3, 1, 1, 7, 7, 5, 5);
        assertThat(table.gpus().getFirst().cpuAffinity()).isEqualTo("48-63,176-191");
        assertThat(table.nics().getLast())
                .isEqualTo(new NicColumn("mlx5_9", List.of("SYS", "SYS", "SYS", "SYS", "SYS", "SYS", "PXB", "PXB")));
    }

    @Test
    void an_old_table_says_soc_and_names_the_cards_in_its_heads() {
        var table = TopoMatrix.parse("dgx-1v-old.txt", text("dgx-1v-old.txt"));

        assertThat(table.gpus().getFirst().links())
                .containsExactly("X", "NV1", "NV1", "NV2", "NV2", "SYS", "SYS", "SYS");
        assertThat(table.gpus().getFirst().numaNode()).isEqualTo(-1);
        assertThat(table.gpus().getLast().cpuAffinity()).isEqualTo("20-39,60-79");
        assertThat(table.nics().getFirst())
                .isEqualTo(new NicColumn("mlx5_0", List.of("PIX", "PIX", "PHB", "PHB", "SYS", "SYS", "SYS", "SYS")));
    }

    @Test
    void prompts_carriage_returns_and_spaces_do_not_matter() {
        var crlf = TopoMatrix.parse("hgx", text("hgx-h100-crlf.txt"));
        var spaces = TopoMatrix.parse("a40", text("a40-spaces.txt"));

        assertThat(crlf.gpus()).hasSize(8);
        assertThat(crlf.nics()).hasSize(9);
        assertThat(spaces.gpus().get(1).links()).containsExactly("NODE", "X", "NV4", "SYS");
        assertThat(spaces.gpus().get(2).numaNode()).isEqualTo(1);
    }

    @Test
    void numa_nodes_of_gpu_memory_stand_behind_the_one_with_cpus() {
        var table = TopoMatrix.parse("gb200", text("gb200-tray.txt"));

        assertThat(table.gpus().stream().map(gpu -> gpu.numaNode())).containsExactly(0, 0, 1, 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"N/A", "0-1", "0,1", ""})
    void a_numa_column_that_does_not_name_one_node_names_none(String numa) {
        var table = TopoMatrix.parse("t", PAIR.replace("0-15\t0", "0-15\t" + numa));

        assertThat(table.gpus().getFirst().numaNode()).isEqualTo(-1);
        assertThat(table.gpus().getLast().numaNode()).isEqualTo(1);
    }

    @Test
    void a_link_that_is_not_available_counts_as_the_worst_and_is_said() {
        var table = TopoMatrix.parse("t", PAIR.replace("GPU0\t X \tNV4", "GPU0\t X \tN/A"));

        assertThat(table.gpus().getFirst().links()).containsExactly("X", "SYS");
        assertThat(table.warnings()).containsExactly("line 3: GPU0 has N/A in the column of GPU1: SYS counts");
    }

    @Test
    void colours_that_lost_their_escape_and_quotation_marks_of_a_mail_do_not_matter() {
        var quoted = PAIR.replace("\tGPU0\tGPU1", "[4m\tGPU0\tGPU1")
                .replace("NUMA Affinity", "NUMA Affinity[0m")
                .lines()
                .map("> "::concat)
                .reduce("", (all, line) -> all + line + "\r\n");

        assertThat(TopoMatrix.parse("t", quoted)).isEqualTo(TopoMatrix.parse("t", PAIR));
    }

    record Slip(String right, String wrong, String message) {}

    static Stream<Slip> slips() {
        return Stream.of(
                new Slip(
                        PAIR,
                        "",
                        "t: none of its 0 lines has the column heads GPU0 GPU1 …\n"
                                + "Maybe paste the whole output of nvidia-smi topo -m."),
                new Slip("GPU1\tNV4\t X \tSYS\t16-31\t1\n", "", "t: line 6: expected the row of GPU1, found Legend:"),
                new Slip(
                        "\tNV4\t X \tSYS\t16-31\t1",
                        "\tNV4",
                        "t: line 4: the row of GPU1 has 1 words for 3 columns\n"
                                + "Maybe the terminal has wrapped the table: make it wider, or write the table to a"
                                + " file."),
                new Slip(
                        "NV4\tPIX",
                        "NVX\tPIX",
                        "t: line 3: GPU0 has NVX in the column of GPU1; expected X, NV and a number, PIX, PXB, PHB,"
                                + " NODE or SYS"),
                new Slip(
                        "GPU0\t X \tNV4",
                        "GPU0\tNV4\tNV4",
                        "t: line 3: GPU0 has NV4 in the column of GPU0; X stands for itself, and nowhere else"),
                new Slip(
                        "GPU0\t X \tNV4",
                        "GPU0\t X \t X ",
                        "t: line 3: GPU0 has X in the column of GPU1; X stands for itself, and nowhere else"),
                new Slip("\tGPU0\tGPU1\tNIC0", "\tGPU0\tGPU0\tNIC0", "t: line 2: the column GPU0 stands twice"),
                new Slip("GPU1\tNV4\t X ", "GPU0\t X \tNV4", "t: line 4: a second row of GPU0"));
    }

    @ParameterizedTest
    @MethodSource("slips")
    void a_slip_is_named_with_its_line(Slip slip) {
        assertThat(PAIR).contains(slip.right());

        var text = PAIR.replace(slip.right(), slip.wrong());

        assertThatThrownBy(() -> TopoMatrix.parse("t", text))
                .isInstanceOf(BadInput.class)
                .hasMessage(slip.message());
    }

    @Test
    void a_table_that_ends_too_early_is_said() {
        var cut = PAIR.substring(0, PAIR.indexOf("GPU1\tNV4"));

        assertThatThrownBy(() -> TopoMatrix.parse("t", cut))
                .hasMessage("t: line 3: the text ends before the row of GPU1");
    }

    @Test
    void no_mutation_throws_anything_but_bad_input() {
        long seed = 5;
        var random = new Random(seed);
        var originals = Stream.of("dgx-a100.txt", "dgx-1v-old.txt", "a40-spaces.txt", "gb200-tray.txt")
                .map(TopoMatrixTest::text)
                .toList();
        var odd = "\t\n\r \u001B[4mX0GPUNIC9/A,-999999999999\u0000é";
        int refused = 0;
        for (int round = 0; round < 4_000; round++) {
            var text = new StringBuilder(originals.get(random.nextInt(originals.size())));
            for (int times = 1 + random.nextInt(8); times > 0; times--) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(4)) {
                    case 0 -> text.deleteCharAt(at);
                    case 1 -> text.insert(at, odd.charAt(random.nextInt(odd.length())));
                    case 2 -> text.insert(at, text.substring(at, Math.min(text.length(), at + random.nextInt(99))));
                    default -> text.delete(at, Math.min(text.length(), at + random.nextInt(99)));
                }
            }
            try {
                TopologyImport.of("n").read("t", text.toString());
            } catch (BadInput e) {
                refused++;
                assertThat(e.getMessage().lines().count())
                        .as("seed %d, round %d", seed, round)
                        .isBetween(1L, 2L);
            }
        }
        assertThat(refused).isBetween(100, 3_999);
    }

    static String text(String name) {
        try {
            return Files.readString(FOLDER.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
