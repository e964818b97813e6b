package dev.busbar.core.placement;

import dev.busbar.core.cluster.ClusterSnapshot;
import dev.busbar.core.cluster.NodeNames;
import dev.busbar.core.cluster.NodeState;
import dev.busbar.core.score.Bandwidth;
import dev.busbar.core.score.BestOfSize;
import dev.busbar.core.score.DemandMix;
import dev.busbar.core.score.Fragmentation;
import dev.busbar.core.score.Outlook;
import dev.busbar.core.score.Rooms;
import dev.busbar.core.score.Yardstick;
import dev.busbar.core.topology.GpuSet;
import dev.busbar.core.workload.GpuAsk;
import dev.busbar.core.workload.Pod;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the verdict on each kind of node for each ask seen lately: so a call costs what has changed since the last one,
 * not the size of the cluster.
 */
public final class Verdicts {
    private static final int MOST_ASKS = 128;

    /** On small clusters more asks are kept, up to so many verdicts in all. */
    private static final int VERDICTS_KEPT = 500_000;

    private final Bandwidth bandwidth = new Bandwidth();
    private final Fragmentation fragmentation;
    private final Outlook outlook;
    private final Map<GpuAsk, KeptVerdicts> kept = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<GpuAsk, KeptVerdicts> eldest) {
            return size() > Math.max(MOST_ASKS, VERDICTS_KEPT / Math.max(1, kinds.most()));
        }
    };
    private final Fullness fullness = new Fullness();
    private Kinds kinds = new Kinds(0);
    private long inventoryVersion = -1;
    private int generation;
    private @Nullable NodeNames names;
    private @Nullable Rooms rooms;
    private @Nullable Placement placement;

    /** Learns the mix of asks from nothing but a guess. */
    public Verdicts() {
        this(DemandMix.learning());
    }

    public Verdicts(DemandMix mix) {
        this.fragmentation = new Fragmentation(mix);
        this.outlook = new Outlook(fragmentation);
    }

    /** The verdicts on the nodes with these numbers, in the same positions; a number below 0 is a node not known. */
    public synchronized NodeVerdicts on(ClusterSnapshot snapshot, GpuAsk ask, int[] numbers) {
        var placing = placement(snapshot);
        kinds.follow(snapshot);
        return kept.computeIfAbsent(ask, a -> new KeptVerdicts(a, kinds))
                .on(placing, numbers)
                .breaking(fullness.ties(fragmentation.podsLeave()));
    }

    /** One verdict on a state that may be in no snapshot; not kept. */
    public synchronized Verdict on(ClusterSnapshot snapshot, NodeState state, GpuAsk ask) {
        var placing = placement(snapshot);
        return placing.priced(state, ask, placing.on(state, ask));
    }

    /** Measures a set that was chosen before; empty when it is no longer free. */
    public synchronized Optional<Verdict.Fits> measure(
            ClusterSnapshot snapshot, NodeState state, GpuAsk ask, GpuSet set) {
        return placement(snapshot).measure(state, ask, set);
    }

    /** The pods that would best make room for this one on the node; empty where evicting does not help. */
    public synchronized Optional<Eviction> evict(
            ClusterSnapshot snapshot, NodeState node, Pod pod, Collection<String> proposed) {
        var search = new EvictionSearch(
                placement(snapshot),
                bandwidth,
                node.without(pod.key().uid()),
                pod.demand().ask(),
                pod.priority(),
                proposed);
        return search.best();
    }

    /** A pod is asked about; its ask counts in the mix the first time. */
    public synchronized void asked(ClusterSnapshot snapshot, Pod pod) {
        placement(snapshot);
        if (rooms != null) {
            outlook.asked(pod, rooms);
        }
    }

    /** Counts the asks of pods that are thought to come, before any has. */
    public synchronized void expect(ClusterSnapshot snapshot, List<Pod> pods) {
        placement(snapshot);
        if (rooms != null) {
            for (Pod pod : pods) {
                outlook.asked(pod, rooms);
            }
        }
    }

    private Placement placement(ClusterSnapshot snapshot) {
        var placing = placement;
        var known = rooms;
        if (placing == null
                || known == null
                || inventoryVersion != snapshot.inventoryVersion()
                || names != snapshot.names()) {
            kept.clear();
            kinds = new Kinds(snapshot.size());
            inventoryVersion = snapshot.inventoryVersion();
            names = snapshot.names();
            var best = BestOfSize.of(snapshot, bandwidth);
            known = known == null ? new Rooms(bandwidth, best) : known.with(best);
            placing = new Placement(new Yardstick(bandwidth, best, known, fragmentation));
            rooms = known;
            placement = placing;
        }
        outlook.follow(snapshot, known);
        fullness.follow(snapshot, known);
        if (generation != fragmentation.generation()) {
            generation = fragmentation.generation();
            kept.clear();
        }
        return placing;
    }
}
