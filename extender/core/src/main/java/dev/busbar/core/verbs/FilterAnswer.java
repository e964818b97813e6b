package dev.busbar.core.verbs;

import dev.busbar.core.cluster.ClusterSnapshot;
import dev.busbar.core.placement.NodeVerdicts;
import dev.busbar.core.placement.Verdict;
import dev.busbar.core.workload.Pod;

/** Which of the nodes asked about can serve the pod; positions are those of the question. */
public final class FilterAnswer {
    private final ClusterSnapshot snapshot;
    private final Pod pod;
    private final int[] numbers;
    private final NodeVerdicts verdicts;

    FilterAnswer(ClusterSnapshot snapshot, Pod pod, int[] numbers, NodeVerdicts verdicts) {
        this.snapshot = snapshot;
        this.pod = pod;
        this.numbers = numbers.clone();
        this.verdicts = verdicts;
    }

    public int size() {
        return verdicts.size();
    }

    public Verdict verdict(int position) {
        return verdicts.verdict(position);
    }

    public boolean accepts(int position) {
        return verdicts.fits(position);
    }

    /** Every node's verdict as it was at this answer, for people who ask why. */
    public Explanation explanation() {
        return Explanation.of(snapshot, pod, numbers, verdicts);
    }
}
