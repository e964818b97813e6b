package dev.busbar.core.cluster;

import java.util.Map;
import java.util.Optional;

/** The cluster at one moment. Immutable; a later one has a larger version. Nodes go by their number in the names. */
public final class ClusterSnapshot {
    public static final ClusterSnapshot EMPTY = new ClusterSnapshot(0, 0, 0, NodeNames.NONE, new NodeState[0]);

    private final long version;
    private final long inventoryVersion;
    private final long releases;
    private final NodeNames names;
    private final NodeState[] states;

    /** The array becomes this snapshot's own: nobody may change it afterwards. */
    ClusterSnapshot(long version, long inventoryVersion, long releases, NodeNames names, NodeState[] states) {
        this.version = version;
        this.inventoryVersion = inventoryVersion;
        this.releases = releases;
        this.names = names;
        this.states = states;
    }

    /** The next one, with some nodes changed: costs one copy of the array of references. */
    ClusterSnapshot with(Map<Integer, NodeState> changed, long releasesNow) {
        var next = states.clone();
        long inventory = inventoryVersion;
        for (var each : changed.entrySet()) {
            int number = each.getKey();
            next[number] = each.getValue();
            if (!states[number].topology().equals(next[number].topology())) {
                inventory = inventoryVersion + 1;
            }
        }
        return new ClusterSnapshot(version + 1, inventory, releasesNow, names, next);
    }

    public long version() {
        return version;
    }

    /** Grows when a node comes, goes or turns out to be made of other parts; holdings do not count. */
    public long inventoryVersion() {
        return inventoryVersion;
    }

    /**
     * How often something may have become free or better: a pod that was refused on this snapshot may fit when the
     * number has grown.
     */
    public long releases() {
        return releases;
    }

    public NodeNames names() {
        return names;
    }

    public int size() {
        return states.length;
    }

    public NodeState node(int number) {
        return states[number];
    }

    public Optional<NodeState> node(String name) {
        var number = names.number(name);
        return number.isPresent() ? Optional.of(states[number.getAsInt()]) : Optional.empty();
    }
}
