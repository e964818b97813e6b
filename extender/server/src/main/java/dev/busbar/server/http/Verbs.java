package dev.busbar.server.http;

import dev.busbar.core.cluster.ClusterState;
import dev.busbar.core.placement.Verdicts;
import dev.busbar.core.verbs.BindVerb;
import dev.busbar.core.verbs.Explanation;
import dev.busbar.core.verbs.FilterVerb;
import dev.busbar.core.verbs.PodWriter;
import dev.busbar.core.verbs.PreemptVerb;
import dev.busbar.core.verbs.PrioritizeVerb;
import dev.busbar.core.workload.Pod;
import java.time.Duration;

/** The verbs over one state. */
public record Verbs(
        ClusterState state,
        Verdicts verdicts,
        FilterVerb filter,
        PrioritizeVerb prioritize,
        BindVerb bind,
        PreemptVerb preempt) {
    public static Verbs over(ClusterState state, PodWriter writer, Duration claimFor) {
        var verdicts = new Verdicts();
        return new Verbs(
                state,
                verdicts,
                new FilterVerb(state, verdicts, claimFor),
                new PrioritizeVerb(state, verdicts, claimFor),
                new BindVerb(state, verdicts, writer),
                new PreemptVerb(verdicts));
    }

    Explanation explain(Pod pod) {
        return Explanation.of(state, verdicts, pod);
    }
}
