package dev.busbar.server.wake;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.busbar.core.cluster.ClusterSnapshot;
import dev.busbar.core.workload.GpuAsk;
import dev.busbar.core.workload.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;

/**
 * The pods that no node could serve when kube-scheduler last asked, and which of them are to be woken.
 *
 * <p>The scheduler asks about a refused pod again when it hears of an event, and else after five minutes. Two things
 * it does not hear: that something became free which only Busbar counts (a claim lapsed, a GPU is healthy again), and
 * that Busbar had not yet heard of an event when it was asked. Both show as a refusal on a state that has been
 * loosened since. A pod is woken when such a state has room for it now, once per state, and ever more rarely when that
 * leads to nothing.
 */
public final class Refusals {
    private static final int MOST_PODS = 10_000;
    /** The scheduler asks about every waiting pod each five minutes, so one of which it is silent has gone. */
    private static final Duration KEPT = Duration.ofMinutes(15);

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);
    /** More asks than these are looked at in the next round: each may cost a verdict on every node. */
    private static final int ASKS_PER_ROUND = 8;

    private static final Comparator<Refused> ORDER = Comparator.comparingInt(
                    (Refused refused) -> -refused.pod().priority())
            .thenComparingLong(Refused::releases)
            .thenComparing(Refused::since);

    /**
     * A refused pod.
     *
     * @param since when it was first refused
     * @param releases those of the state on which it was last found to fit nowhere, or was woken
     * @param wakes how often it was woken lately
     * @param notBefore when it may be woken again
     */
    private record Refused(Pod pod, RefusedNodes nodes, Instant since, long releases, int wakes, Instant notBefore) {
        String uid() {
            return pod.key().uid();
        }

        boolean isDue(long now, Instant at) {
            return releases < now && !notBefore.isAfter(at);
        }

        Refused anew(Pod other, RefusedNodes asked, long seen) {
            return new Refused(other, asked, since, seen, wakes, notBefore);
        }

        Refused lookedAt(long seen) {
            return new Refused(pod, nodes, since, seen, wakes, notBefore);
        }

        Refused woken(long seen, Instant now) {
            var pause = FIRST_PAUSE.multipliedBy(1L << Math.min(wakes, 10));
            var bounded = pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
            return new Refused(pod, nodes, since, seen, wakes + 1, now.plus(bounded));
        }
    }

    private final Cache<String, Refused> refused = Caffeine.newBuilder()
            .maximumSize(MOST_PODS)
            .expireAfterWrite(KEPT)
            .executor(Runnable::run)
            .build();

    /** No node of the snapshot with these numbers (below 0 for one that is not known) could serve the pod. */
    public void refused(Pod pod, ClusterSnapshot snapshot, int[] asked, Instant now) {
        var nodes = RefusedNodes.of(snapshot, asked);
        pods().compute(
                        pod.key().uid(),
                        (uid, known) -> known == null
                                ? new Refused(pod, nodes, now, snapshot.releases(), 0, now)
                                : known.anew(pod, nodes, snapshot.releases()));
    }

    /** The pod was found a node, or is gone. */
    public void forget(String uid) {
        refused.invalidate(uid);
    }

    /** How many pods are refused and may be woken. */
    public long count() {
        refused.cleanUp();
        return refused.estimatedSize();
    }

    /**
     * The pods to wake now, the most important first; each counts as woken for this state.
     *
     * @param fitting the nodes that could serve an ask now
     */
    public List<Pod> due(ClusterSnapshot snapshot, Instant now, int most, Function<GpuAsk, BitSet> fitting) {
        var candidates = pods().values().stream()
                .filter(known -> known.isDue(snapshot.releases(), now))
                .sorted(ORDER)
                .toList();
        var room = new RoomByAsk(fitting);
        var due = new ArrayList<Pod>();
        for (var known : candidates) {
            if (due.size() == most) {
                break;
            }
            var nodes = room.of(known.pod().demand().ask());
            if (nodes.isEmpty()) {
                continue;
            }
            boolean fits = known.nodes().meet(snapshot.names(), nodes.get());
            var next = fits ? known.woken(snapshot.releases(), now) : known.lookedAt(snapshot.releases());
            // A refusal that came meanwhile says more than we do.
            if (pods().replace(known.uid(), known, next) && fits) {
                due.add(known.pod());
            }
        }
        return due;
    }

    /** The pod could not be woken: it stays due, after its pause. */
    public void failed(String uid) {
        pods().computeIfPresent(uid, (same, known) -> known.lookedAt(-1));
    }

    private ConcurrentMap<String, Refused> pods() {
        return refused.asMap();
    }

    /** What fits, worked out once per ask of a round. */
    private static final class RoomByAsk {
        private final Function<GpuAsk, BitSet> fitting;
        private final Map<GpuAsk, BitSet> known = new HashMap<>();

        RoomByAsk(Function<GpuAsk, BitSet> fitting) {
            this.fitting = fitting;
        }

        /** Empty when the round has looked at enough. */
        Optional<BitSet> of(GpuAsk ask) {
            if (!known.containsKey(ask) && known.size() == ASKS_PER_ROUND) {
                return Optional.empty();
            }
            return Optional.of(known.computeIfAbsent(ask, fitting));
        }
    }
}
