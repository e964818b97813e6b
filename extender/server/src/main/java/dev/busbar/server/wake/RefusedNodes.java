package dev.busbar.server.wake;

import dev.busbar.core.cluster.ClusterSnapshot;
import dev.busbar.core.cluster.NodeNames;
import java.util.BitSet;

/**
 * The nodes that a refusal spoke of, by their numbers among these names. Other nodes were refused by kube-scheduler's
 * own filters, and it knows by itself when that changes.
 *
 * @param strangers whether it spoke of nodes that had no number yet
 */
record RefusedNodes(NodeNames names, BitSet numbers, boolean strangers) {
    static RefusedNodes of(ClusterSnapshot snapshot, int[] asked) {
        var numbers = new BitSet(snapshot.size());
        boolean strangers = false;
        for (int number : asked) {
            if (number < 0) {
                strangers = true;
            } else {
                numbers.set(number);
            }
        }
        return new RefusedNodes(snapshot.names(), numbers, strangers);
    }

    /** Whether one of them is among these. After nodes came or went the numbers mean others, so any node will do. */
    boolean meet(NodeNames now, BitSet fitting) {
        return (strangers || names != now) ? !fitting.isEmpty() : numbers.intersects(fitting);
    }
}
