package dev.busbar.core.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.core.Machines;
import dev.busbar.core.topology.Crossing;
import dev.busbar.core.topology.GpuSet;
import dev.busbar.core.topology.Link;
import dev.busbar.core.topology.NodeTopology;
import dev.busbar.core.topology.NvLinkGeneration;
import dev.busbar.core.topology.PcieGeneration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The guess beside the search that the plugin makes: every division of the free GPUs, in its order. */
class StockPluginTest {
    private static final long SEED = 6;
    private static final int MACHINES = 40;
    private static final int GAP = -1;
    private static final List<Crossing> CROSSINGS = List.of(Crossing.values());

    private final StockPlugin plugin = new StockPlugin();

    @Test
    void the_division_counts_not_the_best_set() {
        // 1-2 is the best pair with 3 lanes; but 0-1 and 2-3 have 4 together, and 0-3 has only its path
        var machine = Machines.machine(4, 12, (a, b) -> switch (a + "-" + b) {
            case "1-2" -> nv(3);
            case "0-1", "2-3" -> nv(2);
            default -> sys();
        });

        assertThat(plugin.choice(machine.links(), machine.all(), 2)).isEqualTo(GpuSet.of(0, 1));
        assertThat(plugin.choice(machine.links(), GpuSet.of(0, 1, 2), 2)).isEqualTo(GpuSet.of(1, 2));
    }

    @Test
    void behind_switches_the_pcie_paths_alone_decide() {
        // all pairs have the same NVLinks; 1-3 share a PCIe switch, 0-2 a NUMA node
        var machine = Machines.machine(
                4,
                12,
                (a, b) -> nv(12),
                (a, b) -> a == 1 && b == 3 ? Crossing.PIX : a == 0 && b == 2 ? Crossing.NODE : Crossing.SYS);

        assertThat(plugin.choice(machine.links(), machine.all(), 2)).isEqualTo(GpuSet.of(1, 3));
        assertThat(plugin.choice(machine.links(), GpuSet.of(0, 1, 2), 2)).isEqualTo(GpuSet.of(0, 2));
    }

    @Test
    void of_sixteen_free_gpus_the_best_set_counts() {
        var machine = Machines.machine(16, 12, (a, b) -> a == 5 && b == 11 ? nv(12) : sys());

        assertThat(plugin.choice(machine.links(), machine.all(), 2)).isEqualTo(GpuSet.of(5, 11));
        assertThat(plugin.choice(machine.links(), machine.all(), 1)).isEqualTo(GpuSet.of(0));
    }

    @Test
    void it_is_the_choice_of_the_whole_search() {
        var random = new Random(SEED);
        for (int round = 0; round < MACHINES; round++) {
            int size = 2 + random.nextInt(6);
            var machine = randomMachine(size, random);
            for (long free = 1; free < 1L << size; free++) {
                for (int count = 1; count <= Long.bitCount(free); count++) {
                    var expected = new Search(machine, count).choice(new GpuSet(free));
                    if (expected.count() == count) {
                        assertThat(plugin.choice(machine.links(), new GpuSet(free), count))
                                .as("seed %d, machine %d, %d of %s", SEED, round, count, new GpuSet(free))
                                .isEqualTo(expected);
                    }
                }
            }
        }
    }

    private static NodeTopology randomMachine(int size, Random random) {
        var links = List.of(sys(), sys(), nv(1), nv(2), nv(4), Link.Pcie.of(Crossing.PHB, PcieGeneration.GEN4));
        return Machines.machine(
                size,
                random.nextBoolean() ? 3 : 99,
                (_, _) -> links.get(random.nextInt(links.size())),
                (_, _) -> CROSSINGS.get(random.nextInt(CROSSINGS.size())));
    }

    private static Link nv(int lanes) {
        return Link.NvLink.of(lanes, NvLinkGeneration.AMPERE);
    }

    private static Link sys() {
        return Link.Pcie.of(Crossing.SYS, PcieGeneration.GEN4);
    }

    /** Goes through every division, and so says what the guess must be, slowly. */
    private static final class Search {
        private final NodeTopology machine;
        private final int count;
        private List<List<Integer>> best = List.of();

        Search(NodeTopology machine, int count) {
            this.machine = machine;
            this.count = count;
        }

        GpuSet choice(GpuSet free) {
            var gpus = new ArrayList<>(free.indices().boxed().toList());
            if (count == 1) {
                return GpuSet.of(gpus.getFirst());
            }
            while (gpus.size() % count != 0) {
                gpus.add(GAP);
            }
            divide(gpus, List.of());
            var most = best.getFirst();
            for (var set : best) {
                most = points(set) > points(most) ? set : most;
            }
            return new GpuSet(most.stream()
                    .filter(gpu -> gpu != GAP)
                    .mapToLong(gpu -> 1L << gpu)
                    .sum());
        }

        private void divide(List<Integer> left, List<List<Integer>> sets) {
            if (left.isEmpty()) {
                boolean gapsApart =
                        sets.stream().filter(set -> set.contains(GAP)).count() <= 1;
                if (gapsApart && (best.isEmpty() || sum(sets) > sum(best))) {
                    best = List.copyOf(sets);
                }
                return;
            }
            choose(left.subList(1, left.size()), List.of(left.getFirst()), List.of(), sets);
        }

        /** Takes the next into the set, or leaves it: sets come in the order of their lists. */
        private void choose(List<Integer> next, List<Integer> set, List<Integer> left, List<List<Integer>> sets) {
            if (set.size() == count) {
                var more = new ArrayList<>(sets);
                more.add(set);
                divide(plus(left, next), more);
                return;
            }
            if (set.size() + next.size() < count) {
                return;
            }
            var rest = next.subList(1, next.size());
            choose(rest, plus(set, next.subList(0, 1)), left, sets);
            choose(rest, set, plus(left, next.subList(0, 1)), sets);
        }

        private static List<Integer> plus(List<Integer> some, List<Integer> more) {
            var all = new ArrayList<>(some);
            all.addAll(more);
            return all;
        }

        private int sum(List<List<Integer>> sets) {
            return sets.stream().mapToInt(this::points).sum();
        }

        private int points(List<Integer> set) {
            return IntStream.range(0, set.size())
                    .flatMap(i -> IntStream.range(i + 1, set.size()).map(j -> points(set.get(i), set.get(j))))
                    .sum();
        }

        private int points(int a, int b) {
            if (a == GAP || b == GAP) {
                return 0;
            }
            var links = machine.links();
            int path = 50 - 10 * CROSSINGS.indexOf(links.crossing(a, b));
            return links.link(a, b) instanceof Link.NvLink nv && !links.switched() ? path + 100 * nv.lanes() : path;
        }
    }
}
