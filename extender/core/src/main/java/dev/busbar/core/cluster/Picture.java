package dev.busbar.core.cluster;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The newest snapshot that was asked for, and what has changed since. Writers only mark the nodes that they touched: the
 * next reader pays for one new snapshot, however many events came before it. Reading is safe from any thread; all else
 * lives inside {@link ClusterState}'s lock.
 */
final class Picture {
    private final Inventory inventory;
    private final Holdings holdings;
    private final Set<String> touched = new HashSet<>();
    private long releases;
    private boolean nodesChanged;
    private volatile boolean stale;
    private volatile ClusterSnapshot snapshot = ClusterSnapshot.EMPTY;

    Picture(Inventory inventory, Holdings holdings) {
        this.inventory = inventory;
        this.holdings = holdings;
    }

    boolean isStale() {
        return stale;
    }

    /** The last snapshot, which may be stale. */
    ClusterSnapshot last() {
        return snapshot;
    }

    ClusterSnapshot current() {
        if (stale) {
            snapshot = nodesChanged ? renumbered() : snapshot.with(touchedStates(), releases);
            touched.clear();
            nodesChanged = false;
            stale = false;
        }
        return snapshot;
    }

    /** The touched nodes anew, by their numbers; a node that the API server does not show has no state. */
    private Map<Integer, NodeState> touchedStates() {
        var states = new HashMap<Integer, NodeState>();
        for (var node : touched) {
            var number = snapshot.names().number(node);
            if (number.isPresent()) {
                states.put(number.getAsInt(), inventory.state(node, holdings));
            }
        }
        return states;
    }

    private ClusterSnapshot renumbered() {
        var names = inventory.names();
        var states = new NodeState[names.size()];
        for (int i = 0; i < states.length; i++) {
            var known = snapshot.node(names.name(i));
            states[i] = known.isPresent() && !touched.contains(names.name(i))
                    ? known.get()
                    : inventory.state(names.name(i), holdings);
        }
        return new ClusterSnapshot(snapshot.version() + 1, snapshot.inventoryVersion() + 1, releases, names, states);
    }

    boolean hasNumber(String node) {
        return snapshot.names().number(node).isPresent();
    }

    /** There are other nodes than before. */
    void nodesChanged() {
        nodesChanged = true;
    }

    void touch(String node) {
        touched.add(node);
        stale = true;
    }

    /** Something on the node may be free or better now. */
    void loosen(String node) {
        touch(node);
        releases++;
    }
}
