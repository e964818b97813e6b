package dev.busbar.core.verbs;

import dev.busbar.core.cluster.ClusterSnapshot;
import dev.busbar.core.cluster.ClusterState;
import dev.busbar.core.placement.Verdict;
import dev.busbar.core.placement.Verdicts;
import dev.busbar.core.workload.Pod;
import java.time.Duration;
import java.time.Instant;

/**
 * Which nodes can serve this pod? All that can are named, so that kube-scheduler's own plugins keep their say. Where
 * only one is left the scheduler asks no further, so the pod's claim is made here.
 */
public final class FilterVerb {
    private final ClusterState state;
    private final Verdicts verdicts;
    private final Nodes nodes;
    private final Duration claimFor;

    public FilterVerb(ClusterState state, Verdicts verdicts, Duration claimFor) {
        this.state = state;
        this.verdicts = verdicts;
        this.nodes = new Nodes(state, verdicts);
        this.claimFor = claimFor;
    }

    /**
     * Answers for the nodes with these numbers.
     *
     * @param numbers numbers in the snapshot's names, below 0 for a node that is not known
     */
    public FilterAnswer answer(ClusterSnapshot snapshot, Pod pod, int[] numbers, Instant now) {
        verdicts.asked(snapshot, pod);
        var found = nodes.on(snapshot, pod, numbers);
        int only = -1;
        int accepted = 0;
        for (int i = 0; i < found.size(); i++) {
            if (found.fits(i)) {
                accepted++;
                only = i;
            }
        }
        if (accepted == 1 && found.verdict(only) instanceof Verdict.Fits fits) {
            state.claim(pod, snapshot.node(numbers[only]), fits.gpus(), now.plus(claimFor));
        } else {
            state.unclaim(pod.key().uid());
        }
        return new FilterAnswer(snapshot, pod, numbers, found);
    }
}
