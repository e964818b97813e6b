package dev.busbar.core.placement;

/**
 * Which of several nodes that are equally good comes first: one in the rack with the least free, so that whole racks stay
 * free; where pods leave again the one with the least free itself, so that whole nodes come free; and then the first in
 * the cluster's fixed order. A rack that is not known is none of the fullest. Immutable.
 */
final class TieOrder {
    /** The cluster's fixed order alone. */
    static final TieOrder FIXED = new TieOrder(new int[0], new long[0], new int[0]);

    private final int[] rackOf;
    private final long[] freeInRack;
    private final int[] freeOnNode;

    /**
     * The arrays become this object's own.
     *
     * @param rackOf by node number the rack's place; empty where no rack is known
     * @param freeInRack free milli GPU by rack
     * @param freeOnNode free milli GPU by node number; empty where it does not matter
     */
    TieOrder(int[] rackOf, long[] freeInRack, int[] freeOnNode) {
        this.rackOf = rackOf;
        this.freeInRack = freeInRack;
        this.freeOnNode = freeOnNode;
    }

    /** Whether the node with one number comes before that with the other. */
    boolean isBefore(int number, int other) {
        if (rackOf.length > 0 && freeInRack[rackOf[number]] != freeInRack[rackOf[other]]) {
            return freeInRack[rackOf[number]] < freeInRack[rackOf[other]];
        }
        if (freeOnNode.length > 0 && freeOnNode[number] != freeOnNode[other]) {
            return freeOnNode[number] < freeOnNode[other];
        }
        return number < other;
    }
}
