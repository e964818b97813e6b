package dev.busbar.core.score;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.core.Machines;
import dev.busbar.core.topology.Crossing;
import dev.busbar.core.topology.GpuSet;
import dev.busbar.core.topology.Link;
import dev.busbar.core.topology.LinkMatrix;
import dev.busbar.core.topology.NvLinkGeneration;
import dev.busbar.core.topology.PcieGeneration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class SetSpeedsTest {
    private static final List<Link> LINKS = List.of(
            Link.NvLink.of(1, NvLinkGeneration.VOLTA),
            Link.NvLink.of(2, NvLinkGeneration.VOLTA),
            Link.Pcie.of(Crossing.PIX, PcieGeneration.GEN4),
            Link.Pcie.of(Crossing.NODE, PcieGeneration.GEN4),
            Link.Pcie.of(Crossing.SYS, PcieGeneration.GEN3));

    @Test
    void what_is_worked_out_for_all_sets_together_is_what_a_search_of_each_finds() {
        for (int seed = 0; seed < 24; seed++) {
            int gpus = seed % 8;
            var random = new Random(seed);
            var links = LinkMatrix.of(gpus, 99, (a, b) -> LINKS.get(random.nextInt(LINKS.size())));
            var speeds = new SetSpeeds(links);
            for (long bits = 0; bits < 1 << gpus; bits++) {
                var set = new GpuSet(bits);
                double expected = switch (set.count()) {
                    case 0 -> 0;
                    case 1 -> 1;
                    case 2 -> links.gigabytesPerSecond(set.lowest(), 63 - Long.numberOfLeadingZeros(bits));
                    default -> new Rings(links, set).all(0);
                };
                assertThat(speeds.of(set)).as("seed %d, %s", seed, set).isEqualTo(expected);
            }
        }
    }

    @Test
    @Timeout(60)
    void sixteen_gpus_over_pcie_are_worked_out_at_once() {
        var machine = Machines.machine(
                16,
                0,
                (a, b) -> Link.Pcie.of(
                        a / 2 == b / 2 ? Crossing.PIX : a / 8 == b / 8 ? Crossing.NODE : Crossing.SYS,
                        PcieGeneration.GEN4));

        var best = BestOfSize.of(machine, new Bandwidth());

        // NODE is 0.7 x 24 within a socket, SYS 10 across
        assertThat(best.gigabytesPerSecond(2)).isEqualTo(24);
        assertThat(best.gigabytesPerSecond(8)).isEqualTo(0.7 * 24);
        assertThat(best.gigabytesPerSecond(9)).isEqualTo(10);
    }

    @Test
    void sixty_four_equal_gpus_need_no_search() {
        var speeds = new SetSpeeds(LinkMatrix.unknown(64));

        assertThat(speeds.of(GpuSet.first(40))).isEqualTo(10);
        assertThat(new Bandwidth().best(LinkMatrix.unknown(64), GpuSet.first(64), 40))
                .isEqualTo(GpuSet.first(40));
    }
}
