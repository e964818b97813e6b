package dev.busbar.core.verbs;

import dev.busbar.core.cluster.ClusterSnapshot;
import dev.busbar.core.cluster.ClusterState;
import dev.busbar.core.placement.Ranking;
import dev.busbar.core.placement.Verdict;
import dev.busbar.core.placement.Verdicts;
import dev.busbar.core.workload.Pod;
import java.time.Duration;
import java.time.Instant;

/**
 * Which of these nodes is best for this pod? The best one's set is claimed, since the scheduler asks about the next
 * pod before it binds this one.
 */
public final class PrioritizeVerb {
    private final ClusterState state;
    private final Nodes nodes;
    private final Duration claimFor;

    public PrioritizeVerb(ClusterState state, Verdicts verdicts, Duration claimFor) {
        this.state = state;
        this.nodes = new Nodes(state, verdicts);
        this.claimFor = claimFor;
    }

    /** Ranks the nodes with these numbers; below 0 stands for a node that is not known. */
    public Ranking answer(ClusterSnapshot snapshot, Pod pod, int[] numbers, Instant now) {
        var verdicts = nodes.on(snapshot, pod, numbers);
        var ranking = Ranking.of(numbers, verdicts);
        if (ranking.hasBest() && verdicts.verdict(ranking.best()) instanceof Verdict.Fits fits) {
            var runnerUp = ranking.hasRunnerUp() ? snapshot.names().name(numbers[ranking.runnerUp()]) : "";
            state.claim(pod, snapshot.node(numbers[ranking.best()]), fits.gpus(), now.plus(claimFor), runnerUp);
        }
        return ranking;
    }
}
