package dev.busbar.core.verbs;

import dev.busbar.core.cluster.ClusterSnapshot;
import dev.busbar.core.workload.Pod;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which of these victims should make room for this pod? So far without an opinion: the scheduler's choice stands. */
public final class PreemptVerb {
    /** The victims on one node, by UID, and how many disruption budgets they would break. */
    public record Victims(List<String> uids, int budgetViolations) {
        public Victims {
            uids = List.copyOf(uids);
        }
    }

    public Map<String, Victims> answer(ClusterSnapshot snapshot, Pod pod, Map<String, Victims> proposed) {
        var answer = new LinkedHashMap<String, Victims>();
        proposed.forEach((node, victims) -> {
            // An entry without victims makes the whole attempt fail.
            if (!victims.uids().isEmpty()) {
                answer.put(node, victims);
            }
        });
        return answer;
    }
}
