package dev.busbar.core.placement;

import dev.busbar.core.candidate.CandidateSets;
import dev.busbar.core.topology.GpuSet;
import dev.busbar.core.topology.Link;
import dev.busbar.core.topology.LinkMatrix;
import dev.busbar.core.topology.NodeTopology;

/**
 * Predicts which devices the stock device plugin chooses: the set whose pairs have the most points, the first in
 * ascending order among equals. The plugin counts points by the kind of link, 100 per NVLink lane between the two and
 * 10 to 60 for PCIe; behind NVSwitches it sees no lanes between GPUs and takes them for PCIe neighbours.
 */
final class StockPlugin {
    private static final long MOST_SUBSETS = 20_000;

    private StockPlugin() {}

    static GpuSet choice(NodeTopology topology, GpuSet free, int count) {
        if (count == free.count() || CandidateSets.count(free.count(), count) > MOST_SUBSETS) {
            return new GpuSet(Long.expand(GpuSet.first(count).bits(), free.bits()));
        }
        long best = 0;
        int most = -1;
        for (var sets = new CandidateSets(free, count); sets.next(); ) {
            int points = points(topology.links(), sets.bits());
            if (points > most) {
                most = points;
                best = sets.bits();
            }
        }
        return new GpuSet(best);
    }

    private static int points(LinkMatrix links, long set) {
        int points = 0;
        for (long a = set; a != 0; a &= a - 1) {
            for (long b = a & (a - 1); b != 0; b &= b - 1) {
                points += points(links, Long.numberOfTrailingZeros(a), Long.numberOfTrailingZeros(b));
            }
        }
        return points;
    }

    private static int points(LinkMatrix links, int a, int b) {
        return switch (links.link(a, b)) {
            case Link.NvLink nv -> links.switched() ? 10 : 100 * nv.lanes();
            case Link.Pcie pcie ->
                switch (pcie.crossing()) {
                    case PIX -> 50;
                    case PXB -> 40;
                    case PHB -> 30;
                    case NODE -> 20;
                    case SYS -> 10;
                };
        };
    }
}
