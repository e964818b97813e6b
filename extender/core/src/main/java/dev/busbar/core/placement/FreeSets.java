package dev.busbar.core.placement;

import dev.busbar.core.candidate.CandidateSets;
import dev.busbar.core.score.Bandwidth;
import dev.busbar.core.topology.GpuSet;
import dev.busbar.core.topology.LinkMatrix;
import dev.busbar.core.topology.NodeTopology;
import dev.busbar.core.workload.GpuAsk;
import dev.busbar.core.workload.Intent;
import java.util.ArrayList;
import java.util.List;

/**
 * The free sets among which a pod's set is chosen by score: those that meet its conditions, a shortlist where they are
 * hundreds, a single one where they are more. A {@code fast} pod has only those whose best ring no other one beats.
 */
record FreeSets(Bandwidth bandwidth, HardConditions conditions) {
    /** More subsets than these are not compared one by one; the best-linked set is taken. */
    static final long MOST_SUBSETS = 20_000;

    List<GpuSet> of(NodeTopology topology, GpuAsk ask, int count, GpuSet from) {
        var sets = meeting(topology, ask, count, from);
        return ask.intent() == Intent.FAST && ask.conditions().useLinks() ? fastest(topology.links(), sets) : sets;
    }

    private List<GpuSet> meeting(NodeTopology topology, GpuAsk ask, int count, GpuSet from) {
        long subsets = CandidateSets.count(from.count(), count);
        if (subsets > MOST_SUBSETS) {
            var set = bandwidth.best(topology.links(), from, count);
            return conditions.areMet(topology, ask.conditions(), set) ? List.of(set) : List.of();
        }
        if (Bandwidth.areTooMany(subsets, count)) {
            var shortlist = new Shortlist(topology.links(), bandwidth, from);
            return shortlist.of(count, set -> conditions.areMet(topology, ask.conditions(), set));
        }
        var all = new ArrayList<GpuSet>();
        for (var sets = new CandidateSets(from, count); sets.next(); ) {
            var set = new GpuSet(sets.bits());
            if (conditions.areMet(topology, ask.conditions(), set)) {
                all.add(set);
            }
        }
        return all;
    }

    /** A ring waits for its slowest link, so that comes before what further rings add, and before any loss. */
    private List<GpuSet> fastest(LinkMatrix links, List<GpuSet> sets) {
        double most = 0;
        for (var set : sets) {
            most = Math.max(most, bandwidth.bottleneck(links, set));
        }
        double atLeast = most;
        return sets.stream()
                .filter(set -> bandwidth.bottleneck(links, set) >= atLeast)
                .toList();
    }
}
