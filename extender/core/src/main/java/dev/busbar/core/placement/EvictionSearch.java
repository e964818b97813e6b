package dev.busbar.core.placement;

import dev.busbar.core.candidate.CandidateSets;
import dev.busbar.core.cluster.Holding;
import dev.busbar.core.cluster.NodeState;
import dev.busbar.core.score.Bandwidth;
import dev.busbar.core.topology.GpuSet;
import dev.busbar.core.workload.GpuAsk;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the pods of one node that have to go so that an ask for whole GPUs fits there: the least important ones, then
 * the fewest, then those whose GPUs are linked best.
 *
 * <p>Each GPU set that meets the ask's conditions names its victims: the pods that hold a part of it, and the least
 * important others while CPU or memory is short. Only pods that the API server shows on the node may go, and only ones
 * less important than the pod that needs room.
 */
final class EvictionSearch {
    /** More victim sets than these are not tried, the best first. */
    private static final int MOST_TRIES = 256;

    private final Placement placement;
    private final HardConditions conditions;
    private final NodeState node;
    private final GpuAsk ask;
    private final int priority;
    private final Set<String> proposed;

    /** @param proposed UIDs of the pods that kube-scheduler would evict: of equally good victims they are taken */
    EvictionSearch(
            Placement placement,
            Bandwidth bandwidth,
            NodeState node,
            GpuAsk ask,
            int priority,
            Collection<String> proposed) {
        this.placement = placement;
        this.conditions = new HardConditions(bandwidth);
        this.node = node;
        this.ask = ask;
        this.priority = priority;
        this.proposed = Set.copyOf(proposed);
    }

    /** The best victims; empty where evicting does not help, or is not needed. */
    Optional<Eviction> best() {
        if (!(ask.devices() instanceof GpuAsk.Whole whole)) {
            return Optional.empty();
        }
        if (fitsNow()) {
            // What is short is nothing that we know of; the scheduler may know.
            return proposedVictims();
        }
        var found = new ArrayList<>(victimsBySet(whole.count()).values());
        found.sort(Eviction.BETTER_FIRST);
        return found.stream().limit(MOST_TRIES).filter(this::help).findFirst();
    }

    private boolean fitsNow() {
        return ask.cpuMilli() <= node.freeCpuMilli()
                && ask.memoryBytes() <= node.freeMemoryBytes()
                && placement.on(node, ask) instanceof Verdict.Fits;
    }

    private boolean help(Eviction eviction) {
        return after(eviction.pods()) instanceof Verdict.Fits;
    }

    private Verdict after(List<Holding> victims) {
        var without = node;
        for (var victim : victims) {
            without = without.without(Eviction.uid(victim));
        }
        return placement.on(without, ask);
    }

    /** Each set of victims once, with the best-linked set that they free. */
    private Map<Set<String>, Eviction> victimsBySet(int count) {
        var known = new HashMap<Set<String>, Eviction>();
        var wanted = HardConditions.wanted(node.topology(), ask.conditions());
        boolean few = CandidateSets.count(wanted.count(), count) <= FreeSets.MOST_SUBSETS;
        for (var sets = new CandidateSets(wanted, count); few && sets.next(); ) {
            var set = new GpuSet(sets.bits());
            if (conditions.areMet(node.topology(), ask.conditions(), set)) {
                victims(set).ifPresent(victims -> known.merge(victims.uids(), victims, Eviction::faster));
            }
        }
        proposedVictims().ifPresent(victims -> known.putIfAbsent(victims.uids(), victims));
        return known;
    }

    private Optional<Eviction> victims(GpuSet set) {
        var victims = new LinkedHashSet<Holding>();
        for (var holding : node.holdings()) {
            if (holding.gpus().intersects(set)) {
                if (!mayGo(holding)) {
                    return Optional.empty();
                }
                victims.add(holding);
            }
        }
        if (!freeCpuAndMemory(victims) || victims.isEmpty()) {
            return Optional.empty();
        }
        double speed = conditions.bandwidth().gigabytesPerSecond(node.topology().links(), set);
        return Optional.of(new Eviction(List.copyOf(victims), speed, isProposed(victims)));
    }

    /** The scheduler's own choice: it may free what nobody has named, or what we do not know of. */
    private Optional<Eviction> proposedVictims() {
        var victims = node.holdings().stream()
                .filter(holding -> proposed.contains(Eviction.uid(holding)))
                .toList();
        boolean known = !victims.isEmpty() && victims.size() == proposed.size();
        return known && victims.stream().allMatch(this::mayGo) && after(victims) instanceof Verdict.Fits fits
                ? Optional.of(new Eviction(victims, fits.gigabytesPerSecond(), true))
                : Optional.empty();
    }

    private boolean mayGo(Holding holding) {
        return (holding instanceof Holding.Bound || holding instanceof Holding.Observed)
                && holding.pod().priority() < priority;
    }

    /** Adds the least important pods until CPU and memory suffice; false if they never do. */
    private boolean freeCpuAndMemory(Set<Holding> victims) {
        long cpu = ask.cpuMilli() - node.freeCpuMilli();
        long memory = ask.memoryBytes() - node.freeMemoryBytes();
        for (var victim : victims) {
            cpu -= victim.ask().cpuMilli();
            memory -= victim.ask().memoryBytes();
        }
        var others = node.holdings().stream()
                .filter(this::mayGo)
                .filter(holding -> !victims.contains(holding))
                .sorted(Comparator.comparingInt(
                                (Holding holding) -> holding.pod().priority())
                        .thenComparing(holding -> !proposed.contains(Eviction.uid(holding)))
                        .thenComparing(Eviction::uid))
                .iterator();
        while ((cpu > 0 || memory > 0) && others.hasNext()) {
            var victim = others.next();
            boolean helps = (cpu > 0 && victim.ask().cpuMilli() > 0)
                    || (memory > 0 && victim.ask().memoryBytes() > 0);
            if (helps) {
                victims.add(victim);
                cpu -= victim.ask().cpuMilli();
                memory -= victim.ask().memoryBytes();
            }
        }
        return cpu <= 0 && memory <= 0;
    }

    private boolean isProposed(Set<Holding> victims) {
        return victims.stream().allMatch(holding -> proposed.contains(Eviction.uid(holding)));
    }
}
