package dev.busbar.core.placement;

import dev.busbar.core.cluster.ClusterSnapshot;
import dev.busbar.core.cluster.NodeState;
import dev.busbar.core.score.Rooms;
import java.util.HashMap;

/** What is free of the GPUs of each node and each rack, kept in step with the cluster. Not thread-safe. */
final class Fullness {
    /** Nodes without a rack count as if they were in one of which all is free. */
    private static final int NO_RACK = 0;

    private ClusterSnapshot last = ClusterSnapshot.EMPTY;
    private long inventoryVersion = -1;
    private NodeState[] seen = {};
    private int[] freeOnNode = {};
    private int[] rackOf = {};
    private long[] freeInRack = {};
    private boolean racksAreKnown;
    private boolean lent;

    /** Takes over what has changed: one look at each node's reference. */
    void follow(ClusterSnapshot snapshot, Rooms rooms) {
        if (snapshot == last) {
            return;
        }
        last = snapshot;
        if (inventoryVersion != snapshot.inventoryVersion() || seen.length != snapshot.size()) {
            inventoryVersion = snapshot.inventoryVersion();
            begin(snapshot);
        }
        for (int number = 0; number < seen.length; number++) {
            var now = snapshot.node(number);
            if (seen[number] != now) {
                seen[number] = now;
                change(number, rooms.of(now).freeMilli());
            }
        }
    }

    private void begin(ClusterSnapshot snapshot) {
        int nodes = snapshot.size();
        var racks = new HashMap<String, Integer>();
        racks.put("", NO_RACK);
        seen = new NodeState[nodes];
        freeOnNode = new int[nodes];
        rackOf = new int[nodes];
        for (int number = 0; number < nodes; number++) {
            var rack = snapshot.node(number).topology().fabric().rack();
            rackOf[number] = racks.computeIfAbsent(rack, name -> racks.size());
        }
        freeInRack = new long[racks.size()];
        freeInRack[NO_RACK] = Long.MAX_VALUE;
        racksAreKnown = racks.size() > 1;
        lent = false;
    }

    private void change(int number, int free) {
        if (freeOnNode[number] == free) {
            return;
        }
        if (lent) {
            freeOnNode = freeOnNode.clone();
            freeInRack = freeInRack.clone();
            lent = false;
        }
        if (rackOf[number] != NO_RACK) {
            freeInRack[rackOf[number]] += free - freeOnNode[number];
        }
        freeOnNode[number] = free;
    }

    /** The order among equals as it is now. */
    TieOrder ties(boolean podsLeave) {
        lent = true;
        return new TieOrder(racksAreKnown ? rackOf : new int[0], freeInRack, podsLeave ? freeOnNode : new int[0]);
    }
}
