package dev.busbar.core.cluster;

import dev.busbar.core.workload.GangKey;
import dev.busbar.core.workload.Pod;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The pods that have no node yet, how many each gang must have, and who has ended lately: word of those may still come, from a list that was read
 * before or a scheduler that asks too late, and must not bring them back. Not thread-safe: it lives inside
 * {@link ClusterState}'s lock.
 */
final class WaitingPods {
    private static final int ENDED_KEPT = 20_000;

    private final Map<String, Pod> waiting = new HashMap<>();
    private final Map<GangKey, Integer> least = new HashMap<>();
    private final Set<String> ended = new LinkedHashSet<>();

    void put(Pod pod) {
        if (!hasEnded(pod.key().uid())) {
            waiting.put(pod.key().uid(), pod);
        }
    }

    /** The pod has a node. */
    void placed(String uid) {
        waiting.remove(uid);
    }

    void ended(String uid) {
        waiting.remove(uid);
        ended.add(uid);
        if (ended.size() > ENDED_KEPT) {
            ended.remove(ended.iterator().next());
        }
    }

    /** A UID is never used again. */
    boolean hasEnded(String uid) {
        return ended.contains(uid);
    }

    Optional<Pod> of(String uid) {
        return Optional.ofNullable(waiting.get(uid));
    }

    List<Pod> all() {
        return List.copyOf(waiting.values());
    }

    /** A gang has so many members at least, also those of whom no word has come yet. */
    void expect(GangKey gang, int members) {
        if (members > 0) {
            least.put(gang, members);
        } else {
            least.remove(gang);
        }
    }

    /** 0 where nobody says. */
    int leastOf(GangKey gang) {
        return least.getOrDefault(gang, 0);
    }

    Stream<Pod> of(GangKey gang) {
        return waiting.values().stream().filter(pod -> pod.gang().equals(gang));
    }
}
