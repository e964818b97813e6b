package dev.busbar.core.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.core.Machines;
import dev.busbar.core.topology.Allocator;
import dev.busbar.core.topology.Crossing;
import dev.busbar.core.topology.Link;
import dev.busbar.core.topology.LinkMatrix;
import dev.busbar.core.topology.NodeTopology;
import dev.busbar.core.topology.PcieGeneration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Nodes come and go for ever; what is known of those that went does not pile up. */
class InventoryTest {
    private static final NodeUse USE = new NodeUse(Instant.EPOCH, List.of(), Map.of());

    private final Inventory inventory = new Inventory();

    @Test
    void what_was_measured_goes_with_the_last_word_of_its_node() {
        inventory.put(Machines.facts("n"));
        inventory.put("n", Machines.hgxA100());
        inventory.put("n", USE);
        inventory.putMonitored("n", USE);
        int all = inventory.size();

        inventory.forgetFacts("n");
        int withoutFacts = inventory.size();
        inventory.forgetTopology("n");
        int withoutAnything = inventory.size();

        // two measurements and one matrix, which is spared
        assertThat(List.of(all, withoutFacts, withoutAnything)).containsExactly(3, 3, 1);
    }

    @Test
    void link_matrices_of_nobody_are_forgotten_in_time() {
        for (int node = 0; node < 1000; node++) {
            inventory.put("n", matrix(node));
        }

        assertThat(inventory.size()).isLessThanOrEqualTo(1 + 64);
    }

    @Test
    void the_longest_silent_agent_is_one_that_has_spoken_and_whose_node_is_there() {
        var early = Instant.parse("2026-01-01T00:00:00Z");
        for (var node : List.of("gone", "quiet", "loud", "never")) {
            inventory.put(Machines.facts(node));
        }
        inventory.put("gone", Machines.hgxA100());
        inventory.put("gone", spoke(early));
        inventory.put("quiet", spoke(early.plusSeconds(10)));
        inventory.put("loud", spoke(early.plusSeconds(20)));
        inventory.put("never", USE);

        inventory.forgetFacts("gone");

        assertThat(inventory.longestSilent()).contains(early.plusSeconds(10));
        inventory.put("quiet", spoke(early.plusSeconds(30)));
        assertThat(inventory.longestSilent()).contains(early.plusSeconds(20));
    }

    private static NodeUse spoke(Instant at) {
        return new NodeUse(at, List.of(), Map.of());
    }

    /** Twelve GPUs whose links by distance are the bits of the number. */
    private static NodeTopology matrix(int number) {
        var all = NodeTopology.counted(12, Allocator.BUSBAR);
        Link near = Link.Pcie.of(Crossing.PIX, PcieGeneration.GEN4);
        Link far = Link.Pcie.of(Crossing.SYS, PcieGeneration.GEN4);
        var links = LinkMatrix.of(12, 1, (a, b) -> (number >> (b - a - 1) & 1) == 1 ? near : far);
        return new NodeTopology(
                all.gpus(), links, List.of(), List.of(), all.fabric(), all.allocator(), all.kubelet(), all.source());
    }
}
