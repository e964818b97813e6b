package dev.busbar.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RingTableTest {
    @TempDir
    Path folder;

    @Test
    void bottlenecks_equal_those_of_trying_every_ring() throws IOException {
        var random = new SplittableRandom(7);
        for (int machine = 0; machine < 20; machine++) {
            var server = Servers.random(folder, 7, random);
            var rings = new RingTable(server);
            for (int set = 0; set < 1 << 7; set++) {
                assertThat(rings.bottleneck(set))
                        .as("seed 7, machine %d, set %s", machine, server.names(set))
                        .isEqualTo((float) Servers.everyRing(server, set));
            }
        }
    }

    @Test
    void the_best_of_a_size_is_the_best_of_all_its_subsets() throws IOException {
        var server = Servers.random(folder, 7, new SplittableRandom(8));
        var rings = new RingTable(server);
        for (int free = 0; free < 1 << 7; free++) {
            for (int size = 2; size <= 5; size++) {
                float best = 0;
                for (int set = free; set != 0; set = set - 1 & free) {
                    best = Integer.bitCount(set) == size ? Math.max(best, rings.bottleneck(set)) : best;
                }
                assertThat(rings.best(free, size)).isEqualTo(best);
            }
        }
    }
}
