package dev.busbar.simulator;

import dev.busbar.core.candidate.CandidateSets;
import dev.busbar.core.score.Bandwidth;
import dev.busbar.core.topology.GpuSet;
import dev.busbar.core.topology.LinkMatrix;

/** The slowest link of the best single ring, by which jobs on one server are compared; core knows it for every set. */
record Bottlenecks(Bandwidth bandwidth, LinkMatrix links) {
    static Bottlenecks of(Server server) {
        return new Bottlenecks(new Bandwidth(), server.topology().links());
    }

    /** GB/s of a set; 0 for less than two GPUs, which have no link. */
    double of(int set) {
        return Integer.bitCount(set) < 2 ? 0 : bandwidth.bottleneck(links, new GpuSet(set));
    }

    /** The most that so many of the free GPUs can have. */
    double best(int free, int size) {
        double best = 0;
        for (var sets = new CandidateSets(new GpuSet(free), size); sets.next(); ) {
            best = Math.max(best, of((int) sets.bits()));
        }
        return best;
    }
}
