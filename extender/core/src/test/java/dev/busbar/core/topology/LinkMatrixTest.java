package dev.busbar.core.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinkMatrixTest {

    @ParameterizedTest(name = "{1} lanes of {0}: {2} GB/s")
    @CsvSource({
        "PASCAL, 1, 18",
        "VOLTA, 1, 20",
        "VOLTA, 2, 40",
        "AMPERE, 4, 80",
        "AMPERE, 12, 240",
        "AMPERE_BRIDGE, 4, 48",
        "HOPPER, 8, 164.8",
        "HOPPER, 18, 370.8",
        "BLACKWELL, 18, 721.8",
    })
    void nvlinks_carry_their_lanes_times_the_generations_rate(NvLinkGeneration generation, int lanes, double rate) {
        assertThat(Link.NvLink.of(lanes, generation).gigabytesPerSecond()).isCloseTo(rate, within(1e-9));
    }

    @ParameterizedTest(name = "{0}: {1} {2} {3} {4} {5} GB/s")
    @CsvSource({
        // PXB: a tenth less than PIX; PHB and NODE: three tenths less
        "GEN3, 12, 10.8, 8.4, 8.4, 6",
        "GEN4, 24, 21.6, 16.8, 16.8, 10",
        "GEN5, 48, 43.2, 33.6, 33.6, 22",
    })
    void pcie_paths_are_slower_the_more_they_cross(
            PcieGeneration generation, double pix, double pxb, double phb, double node, double sys) {
        var actual = Arrays.stream(Crossing.values())
                .mapToDouble(crossing -> Link.Pcie.of(crossing, generation).gigabytesPerSecond());

        assertThat(actual.toArray()).containsExactly(new double[] {pix, pxb, phb, node, sys}, within(1e-9));
    }

    @Test
    void islands_and_cliques_agree_with_a_walk_over_random_matrices() {
        long seed = 17;
        var random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            int size = 1 + random.nextInt(8);
            var linked = new boolean[size][size];
            var matrix = LinkMatrix.of(size, 12, (a, b) -> {
                linked[a][b] = linked[b][a] = random.nextInt(4) == 0;
                return linked[a][b] ? nv(4) : sys();
            });

            var reach = closure(linked);
            for (int gpu = 0; gpu < size; gpu++) {
                assertThat(matrix.island(gpu))
                        .as("seed %d, round %d", seed, round)
                        .isEqualTo(row(reach, gpu));
                assertThat(matrix.nvLinked(gpu)).isEqualTo(row(linked, gpu));
            }
            for (long bits = 0; bits < 1L << size; bits++) {
                assertThat(matrix.allNvLinked(new GpuSet(bits)))
                        .as("seed %d, round %d, %s", seed, round, new GpuSet(bits))
                        .isEqualTo(isClique(linked, new GpuSet(bits)));
            }
        }
    }

    @Test
    void more_lanes_than_a_gpu_has_can_only_be_a_switch() {
        // 3 peers x 4 lanes are the 12 of an A100; 7 peers x 12 lanes are not
        assertThat(LinkMatrix.of(4, 12, (a, b) -> nv(4)).switched()).isFalse();
        assertThat(LinkMatrix.of(8, 12, (a, b) -> nv(12)).switched()).isTrue();
        assertThat(LinkMatrix.of(2, 12, (a, b) -> nv(12)).switched()).isFalse();
        assertThat(LinkMatrix.unknown(8).switched()).isFalse();
    }

    @Test
    void matrices_with_equal_links_are_equal() {
        var matrix = LinkMatrix.of(4, 12, (a, b) -> nv(4));

        assertThat(matrix)
                .isEqualTo(LinkMatrix.of(4, 12, (a, b) -> nv(4)))
                .hasSameHashCodeAs(LinkMatrix.of(4, 12, (a, b) -> nv(4)));
        assertThat(matrix).isNotEqualTo(LinkMatrix.of(4, 12, (a, b) -> a == 0 && b == 3 ? sys() : nv(4)));
        assertThat(matrix).isNotEqualTo(LinkMatrix.of(3, 12, (a, b) -> nv(4)));
    }

    @Test
    void a_gpu_has_no_link_to_itself() {
        assertThatThrownBy(() -> LinkMatrix.unknown(2).link(1, 1)).hasMessage("GPU 1 has no link to itself");
        assertThatThrownBy(() -> LinkMatrix.unknown(65)).hasMessageContaining("(65)");
        assertThatThrownBy(() -> nv(0)).hasMessageContaining("(0)");
    }

    private static Link nv(int lanes) {
        return Link.NvLink.of(lanes, NvLinkGeneration.AMPERE);
    }

    private static Link sys() {
        return Link.Pcie.of(Crossing.SYS, PcieGeneration.GEN4);
    }

    private static GpuSet row(boolean[][] matrix, int row) {
        return GpuSet.of(
                IntStream.range(0, matrix.length).filter(i -> matrix[row][i]).toArray());
    }

    /** Warshall's way. */
    private static boolean[][] closure(boolean[][] linked) {
        int size = linked.length;
        var reach = new boolean[size][size];
        for (int a = 0; a < size; a++) {
            reach[a] = linked[a].clone();
            reach[a][a] = true;
        }
        for (int via = 0; via < size; via++) {
            for (int a = 0; a < size; a++) {
                for (int b = 0; b < size; b++) {
                    reach[a][b] |= reach[a][via] && reach[via][b];
                }
            }
        }
        return reach;
    }

    private static boolean isClique(boolean[][] linked, GpuSet set) {
        return set.indices().allMatch(a -> set.indices().allMatch(b -> a == b || linked[a][b]));
    }
}
