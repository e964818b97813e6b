package dev.busbar.core.score;

import dev.busbar.core.cluster.ClusterSnapshot;
import dev.busbar.core.topology.GpuSet;
import dev.busbar.core.topology.LinkMatrix;
import dev.busbar.core.topology.NodeTopology;
import java.util.HashSet;
import java.util.Set;

/**
 * The best GB/s that a set of each size could get on the empty cluster: the yardstick of a set's quality. Worked out
 * once per inventory.
 */
public final class BestOfSize {
    private final double[] gigabytesPerSecond;

    private BestOfSize(double[] gigabytesPerSecond) {
        this.gigabytesPerSecond = gigabytesPerSecond;
    }

    public static BestOfSize of(ClusterSnapshot snapshot, Bandwidth bandwidth) {
        var best = new double[GpuSet.MAX_GPUS + 1];
        var seen = new HashSet<Kind>();
        for (int i = 0; i < snapshot.size(); i++) {
            raise(best, snapshot.node(i).topology(), bandwidth, seen);
        }
        return new BestOfSize(best);
    }

    public static BestOfSize of(NodeTopology topology, Bandwidth bandwidth) {
        var best = new double[GpuSet.MAX_GPUS + 1];
        raise(best, topology, bandwidth, new HashSet<>());
        return new BestOfSize(best);
    }

    private record Kind(LinkMatrix links, GpuSet usable) {}

    private static void raise(double[] best, NodeTopology topology, Bandwidth bandwidth, Set<Kind> seen) {
        var usable = topology.usable();
        if (!seen.add(new Kind(topology.links(), usable))) {
            return;
        }
        for (int size = 1; size <= usable.count(); size++) {
            var set = bandwidth.best(topology.links(), usable, size);
            best[size] = Math.max(best[size], bandwidth.gigabytesPerSecond(topology.links(), set));
        }
    }

    public double gigabytesPerSecond(int size) {
        return gigabytesPerSecond[size];
    }

    /** A set's GB/s relative to the best of its size, 0 to 1. */
    public double quality(double speed, int size) {
        double best = gigabytesPerSecond[size];
        return best <= 0 ? 0 : Math.min(1, speed / best);
    }
}
