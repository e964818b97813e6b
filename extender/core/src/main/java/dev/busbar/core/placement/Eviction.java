package dev.busbar.core.placement;

import dev.busbar.core.cluster.Holding;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Pods of one node that would have to go, and what that frees.
 *
 * @param gigabytesPerSecond within the set that they free
 * @param proposed whether kube-scheduler named them all
 */
public record Eviction(List<Holding> pods, double gigabytesPerSecond, boolean proposed) {
    public Eviction {
        pods = List.copyOf(pods);
    }

    /** By the most important victim, then by their number, then by their importance together. */
    public static final Comparator<Eviction> LESS_COSTLY_FIRST = Comparator.comparingInt(Eviction::highestPriority)
            .thenComparingInt(eviction -> eviction.pods().size())
            .thenComparingLong(Eviction::prioritySum);

    static final Comparator<Eviction> BETTER_FIRST = LESS_COSTLY_FIRST
            .thenComparing(
                    Comparator.comparingDouble(Eviction::gigabytesPerSecond).reversed())
            .thenComparing(eviction -> !eviction.proposed())
            .thenComparing(eviction ->
                    String.join(",", eviction.uids().stream().sorted().toList()));

    public Set<String> uids() {
        var uids = new LinkedHashSet<String>();
        pods.forEach(pod -> uids.add(uid(pod)));
        return uids;
    }

    static String uid(Holding holding) {
        return holding.pod().key().uid();
    }

    private int highestPriority() {
        return pods.stream().mapToInt(holding -> holding.pod().priority()).max().orElse(Integer.MIN_VALUE);
    }

    private long prioritySum() {
        return pods.stream().mapToLong(holding -> holding.pod().priority()).sum();
    }

    Eviction faster(Eviction other) {
        return other.gigabytesPerSecond > gigabytesPerSecond ? other : this;
    }
}
