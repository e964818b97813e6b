package dev.busbar.core.verbs;

import dev.busbar.core.cluster.ClusterSnapshot;
import dev.busbar.core.placement.Eviction;
import dev.busbar.core.placement.Verdicts;
import dev.busbar.core.workload.Demand;
import dev.busbar.core.workload.GpuAsk;
import dev.busbar.core.workload.Pod;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which pods should make room for this one? On each node that kube-scheduler proposes: the least important and fewest
 * whose GPUs the pod can use, the best linked of equals, also others than the scheduler would evict. A node where
 * evicting does not help is left out, and one where it costs as much as elsewhere and frees slower links.
 *
 * <p>No eviction helps a pod whose ask can't be read. The scheduler never asks for shares of a GPU, which it does not count; its choice for pods without whole GPUs
 * stands.
 */
public final class PreemptVerb {
    /** The victims on one node, by UID, and how many disruption budgets they would break. */
    public record Victims(List<String> uids, int budgetViolations) {
        public Victims {
            uids = List.copyOf(uids);
        }
    }

    private record Choice(Eviction eviction, int budgetViolations) {
        /** Whether this one costs no more and frees faster links. */
        boolean beats(Choice other) {
            return budgetViolations <= other.budgetViolations
                    && Eviction.LESS_COSTLY_FIRST.compare(eviction, other.eviction) <= 0
                    && eviction.gigabytesPerSecond() > other.eviction.gigabytesPerSecond();
        }
    }

    private final Verdicts verdicts;

    public PreemptVerb(Verdicts verdicts) {
        this.verdicts = verdicts;
    }

    public Map<String, Victims> answer(ClusterSnapshot snapshot, Pod pod, Map<String, Victims> proposed) {
        if (pod.demand() instanceof Demand.Malformed) {
            return Map.of();
        }
        if (!(pod.demand().ask().devices() instanceof GpuAsk.Whole)) {
            return kept(proposed);
        }
        var choices = new LinkedHashMap<String, Choice>();
        proposed.forEach((name, victims) -> snapshot.node(name)
                .flatMap(node -> verdicts.evict(snapshot, node, pod, victims.uids()))
                .ifPresent(eviction -> choices.put(name, new Choice(eviction, victims.budgetViolations()))));
        var answer = new LinkedHashMap<String, Victims>();
        choices.forEach((name, choice) -> {
            if (choices.values().stream().noneMatch(other -> other.beats(choice))) {
                answer.put(name, new Victims(List.copyOf(choice.eviction().uids()), choice.budgetViolations()));
            }
        });
        return answer;
    }

    /** All nodes that have victims: an entry without victims makes the whole attempt fail. */
    private static Map<String, Victims> kept(Map<String, Victims> proposed) {
        var answer = new LinkedHashMap<String, Victims>();
        proposed.forEach((node, victims) -> {
            if (!victims.uids().isEmpty()) {
                answer.put(node, victims);
            }
        });
        return answer;
    }
}
