package dev.busbar.core.placement;

import dev.busbar.core.placement.Verdict.Fits;
import java.util.Arrays;

/**
 * The verdicts on the nodes of one call, in the order asked. Nodes that are alike share a place, where their verdict, their
 * score and the price of slots lie: so thousands of nodes are ranked by a few numbers.
 */
public final class NodeVerdicts {
    private final int[] places;
    private final Verdict[] verdicts;
    private final double[] scores;
    private final double[] slots;
    private final TieOrder ties;

    /**
     * The arrays become this object's own.
     *
     * @param places for each position of the call the place of what is known of the node
     * @param verdicts by place, each without the price of the slots that it takes
     * @param scores by place, slots included; not a number where a node does not fit
     * @param slots by place; empty where no slot has a price
     */
    NodeVerdicts(int[] places, Verdict[] verdicts, double[] scores, double[] slots) {
        this(places, verdicts, scores, slots, TieOrder.FIXED);
    }

    private NodeVerdicts(int[] places, Verdict[] verdicts, double[] scores, double[] slots, TieOrder ties) {
        this.places = places;
        this.verdicts = verdicts;
        this.scores = scores;
        this.slots = slots;
        this.ties = ties;
    }

    /** Verdicts that hold all there is to say. */
    public static NodeVerdicts of(Verdict... verdicts) {
        var places = new int[verdicts.length];
        Arrays.setAll(places, i -> i);
        var scores = Arrays.stream(verdicts)
                .mapToDouble(
                        verdict -> verdict instanceof Fits fits ? fits.terms().score() : Double.NaN)
                .toArray();
        return new NodeVerdicts(places, verdicts.clone(), scores, new double[0]);
    }

    /** The same verdict, one that does not fit, on so many nodes. */
    public static NodeVerdicts refused(int count, Verdict verdict) {
        return new NodeVerdicts(new int[count], new Verdict[] {verdict}, new double[] {Double.NaN}, new double[0]);
    }

    /** The same verdicts, with this order among equally good nodes. */
    NodeVerdicts breaking(TieOrder order) {
        return new NodeVerdicts(places, verdicts, scores, slots, order);
    }

    /** Other verdicts, with the order among equally good nodes that these have. */
    public NodeVerdicts replacedBy(Verdict... others) {
        return of(others).breaking(ties);
    }

    TieOrder ties() {
        return ties;
    }

    public int size() {
        return places.length;
    }

    public boolean fits(int position) {
        return !Double.isNaN(scores[places[position]]);
    }

    /** What ranks a node that fits. */
    double score(int position) {
        return scores[places[position]];
    }

    public Verdict verdict(int position) {
        int place = places[position];
        var verdict = verdicts[place];
        return slots.length > 0 && verdict instanceof Fits fits ? withSlots(fits, slots[place]) : verdict;
    }

    static Fits withSlots(Fits fits, double slots) {
        return slots == 0
                ? fits
                : new Fits(fits.gpus(), fits.gigabytesPerSecond(), fits.terms().withSlots(slots));
    }

    /** All verdicts in the order asked. */
    public Verdict[] toArray() {
        var all = new Verdict[size()];
        Arrays.setAll(all, this::verdict);
        return all;
    }
}
