package dev.busbar.core.placement;

import dev.busbar.core.score.Breakdown;
import dev.busbar.core.topology.GpuSet;

/** What one node can do for one ask. */
public sealed interface Verdict {
    /**
     * The pod fits and would receive this very set.
     *
     * @param gigabytesPerSecond effective bandwidth within the set, 0 without a GPU
     */
    record Fits(GpuSet gpus, double gigabytesPerSecond, Breakdown terms) implements Verdict {}

    /** Not now; preempting pods on the node could help. */
    record NotNow(Reason reason) implements Verdict {}

    /** Never; no preemption on the node could help. */
    record Never(Reason reason) implements Verdict {}
}
