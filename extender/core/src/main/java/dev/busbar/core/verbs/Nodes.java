package dev.busbar.core.verbs;

import dev.busbar.core.cluster.ClusterSnapshot;
import dev.busbar.core.cluster.ClusterState;
import dev.busbar.core.placement.Reason;
import dev.busbar.core.placement.Verdict;
import dev.busbar.core.placement.Verdicts;
import dev.busbar.core.workload.Demand;
import dev.busbar.core.workload.Pod;
import java.util.Arrays;

/** The verdicts on nodes for one pod, where what the pod itself was promised counts as free. */
final class Nodes {
    private static final Verdict MALFORMED = new Verdict.Never(Reason.MALFORMED);

    private final ClusterState state;
    private final Verdicts verdicts;

    Nodes(ClusterState state, Verdicts verdicts) {
        this.state = state;
        this.verdicts = verdicts;
    }

    Verdict[] on(ClusterSnapshot snapshot, Pod pod, int[] numbers) {
        return switch (pod.demand()) {
            case Demand.Malformed malformed -> {
                var all = new Verdict[numbers.length];
                Arrays.fill(all, MALFORMED);
                yield all;
            }
            case Demand.Asks asks -> own(snapshot, pod, asks, numbers);
        };
    }

    private Verdict[] own(ClusterSnapshot snapshot, Pod pod, Demand.Asks asks, int[] numbers) {
        var all = verdicts.on(snapshot, asks.ask(), numbers);
        var uid = pod.key().uid();
        var held = state.holdingOf(uid);
        if (held.isEmpty()) {
            return all;
        }
        var number = snapshot.names().number(held.get().node());
        for (int i = 0; number.isPresent() && i < numbers.length; i++) {
            if (numbers[i] == number.getAsInt()) {
                all[i] = verdicts.on(snapshot, snapshot.node(numbers[i]).without(uid), asks.ask());
            }
        }
        return all;
    }
}
