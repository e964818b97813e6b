package dev.busbar.core.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.busbar.core.Machines;
import dev.busbar.core.topology.GpuSet;
import dev.busbar.core.topology.LinkMatrix;
import dev.busbar.core.topology.NodeTopology;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BandwidthTest {
    record Case(String name, NodeTopology machine, GpuSet set, double gigabytesPerSecond) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() {
        return Stream.of(
                // 12 lanes x 20 = 240, shared by all peers of a GPU behind a switch
                new Case("switched: one GPU's rate for two", Machines.hgxA100(), GpuSet.of(1, 6), 240),
                new Case("switched: one GPU's rate for eight", Machines.hgxA100(), GpuSet.first(8), 240),
                new Case("a bridged pair: 12 x 20", Machines.bridgedA100(), GpuSet.of(0, 2), 240),
                // 0.7 x 24 = 16.8 within the socket
                new Case("two halves of two pairs", Machines.bridgedA100(), GpuSet.of(0, 1), 16.8),
                // bridge, NODE, NODE: the slowest is 16.8, and no ring of NVLink alone is left
                new Case("a third GPU pulls the pair down", Machines.bridgedA100(), GpuSet.of(0, 1, 2), 16.8),
                new Case("across the sockets", Machines.bridgedA100(), GpuSet.of(0, 2, 4), 10),
                // rings 0-1-2-3 (NV1) and 0-2-1-3 (NV1): 20 + 20
                new Case("two rings of the hybrid cube mesh", Machines.dgx1v(), GpuSet.first(4), 40),
                // the ring of NV2 links 0-3-2-1-5-6-7-4 (40), then that of NV1 links 0-1-3-7-5-4-6-2 (20)
                new Case("the whole mesh", Machines.dgx1v(), GpuSet.first(8), 60),
                // 0-1 NV1, 1-5 NV2, 4-5 NV1, 0-4 NV2: one ring of 20; the NV2 links left form none
                new Case("two and two across the mesh", Machines.dgx1v(), GpuSet.of(0, 1, 4, 5), 20),
                new Case("one GPU counts 1", Machines.dgx1v(), GpuSet.of(5), 1),
                new Case("none counts 0", Machines.dgx1v(), GpuSet.NONE, 0));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void a_set_is_as_fast_as_its_rings(Case c) {
        var bandwidth = new Bandwidth();

        double speed = bandwidth.gigabytesPerSecond(c.machine().links(), c.set());

        assertThat(speed).isCloseTo(c.gigabytesPerSecond(), within(1e-9));
    }

    static Stream<NodeTopology> machines() {
        return Stream.of(Machines.hgxA100(), Machines.bridgedA100(), Machines.dgx1v(), Machines.pcieOnly(6));
    }

    @ParameterizedTest
    @MethodSource("machines")
    void the_first_ring_is_the_best_of_all_permutations(NodeTopology machine) {
        for (long bits = 1; bits < 1L << machine.gpus().size(); bits++) {
            var set = new GpuSet(bits);
            if (set.count() < 3 || set.count() > 6) {
                continue;
            }

            double best = new Rings(machine.links(), set).best();

            assertThat(best).as("%s", set).isCloseTo(bruteForce(machine.links(), set), within(1e-9));
        }
    }

    private static double bruteForce(LinkMatrix links, GpuSet set) {
        return permute(links, set.indices().toArray(), 1);
    }

    private static double permute(LinkMatrix links, int[] ring, int fixed) {
        if (fixed == ring.length) {
            double slowest = Double.POSITIVE_INFINITY;
            for (int i = 0; i < ring.length; i++) {
                slowest = Math.min(slowest, links.gigabytesPerSecond(ring[i], ring[(i + 1) % ring.length]));
            }
            return slowest;
        }
        double best = 0;
        for (int i = fixed; i < ring.length; i++) {
            swap(ring, i, fixed);
            best = Math.max(best, permute(links, ring, fixed + 1));
            swap(ring, i, fixed);
        }
        return best;
    }

    private static void swap(int[] ring, int i, int j) {
        int kept = ring[i];
        ring[i] = ring[j];
        ring[j] = kept;
    }
}
