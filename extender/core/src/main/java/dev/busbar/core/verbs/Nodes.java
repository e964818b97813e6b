package dev.busbar.core.verbs;

import dev.busbar.core.cluster.ClusterSnapshot;
import dev.busbar.core.cluster.ClusterState;
import dev.busbar.core.placement.GangPull;
import dev.busbar.core.placement.NodeVerdicts;
import dev.busbar.core.placement.Reason;
import dev.busbar.core.placement.Verdict;
import dev.busbar.core.placement.Verdicts;
import dev.busbar.core.workload.Demand;
import dev.busbar.core.workload.Pod;

/**
 * The verdicts on nodes for one pod, where what the pod itself was promised counts as free and its gang pulls it.
 */
final class Nodes {
    private final ClusterState state;
    private final Verdicts verdicts;

    Nodes(ClusterState state, Verdicts verdicts) {
        this.state = state;
        this.verdicts = verdicts;
    }

    NodeVerdicts on(ClusterSnapshot snapshot, Pod pod, int[] numbers) {
        if (pod.demand() instanceof Demand.Malformed malformed) {
            return NodeVerdicts.refused(numbers.length, new Verdict.Never(Reason.of(malformed.flaw())));
        }
        var all = verdicts.on(snapshot, pod.demand().ask(), numbers);
        var own = state.holdingOf(pod.key().uid());
        var gang = new GangPull(snapshot, pod, state.othersOf(pod));
        if (own.isEmpty() && gang.isNone()) {
            return all;
        }
        var changed = all.toArray();
        own.ifPresent(holding -> forgive(snapshot, pod, holding.node(), numbers, changed));
        pull(gang, numbers, changed);
        return gang.isNone() ? all.replacedBy(changed) : NodeVerdicts.of(changed);
    }

    private void forgive(ClusterSnapshot snapshot, Pod pod, String node, int[] numbers, Verdict[] all) {
        int own = snapshot.names().number(node).orElse(-1);
        for (int i = 0; i < numbers.length; i++) {
            if (numbers[i] == own && own >= 0) {
                all[i] = verdicts.on(
                        snapshot,
                        snapshot.node(own).without(pod.key().uid()),
                        pod.demand().ask());
            }
        }
    }

    private static void pull(GangPull gang, int[] numbers, Verdict[] all) {
        if (gang.isNone()) {
            return;
        }
        for (int i = 0; i < numbers.length; i++) {
            if (all[i] instanceof Verdict.Fits fits) {
                var terms = fits.terms();
                var shared = terms.withSlots(terms.slots() / gang.together(numbers[i]));
                all[i] = new Verdict.Fits(fits.gpus(), fits.gigabytesPerSecond(), shared.withGang(gang.to(numbers[i])));
            }
        }
    }
}
