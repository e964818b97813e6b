package dev.busbar.core.placement;

import dev.busbar.core.cluster.NodeState;
import dev.busbar.core.placement.Verdict.Fits;
import dev.busbar.core.workload.GpuAsk;
import java.util.Arrays;

/**
 * The verdicts on all kinds of nodes for one ask. Of each kind what is kept are numbers, side by side: the score, and the
 * number of the loss of slots, whose price may be another one at each call. Not thread-safe.
 */
final class KeptVerdicts {
    private static final Verdict NOT_KNOWN = new Verdict.NotNow(Reason.NOT_KNOWN);

    /** In place of a score: nobody has asked for it yet. */
    private static final double NOT_ASKED = Double.POSITIVE_INFINITY;

    private static final int NO_LOSS_FOUND = -1;

    private final GpuAsk ask;
    private final Kinds kinds;
    private long kindsVersion = -1;

    /** By kind, as all below: which one the number stood for. */
    private final NodeState[] examples;

    private final Verdict[] verdicts;
    private final double[] scores;
    private final int[] slotLosses;
    private int slotLossesKind;

    KeptVerdicts(GpuAsk ask, Kinds kinds) {
        this.ask = ask;
        this.kinds = kinds;
        this.examples = new NodeState[kinds.most()];
        this.verdicts = new Verdict[kinds.most()];
        this.scores = new double[kinds.most()];
        this.slotLosses = new int[kinds.most()];
    }

    /** The verdicts on the nodes with these numbers; a number below 0 is a node not known. */
    NodeVerdicts on(Placement placing, int[] numbers) {
        follow();
        int notKnown = kinds.size();
        var scored = new double[notKnown + 1];
        Arrays.fill(scored, NOT_ASKED);
        scored[notKnown] = Double.NaN;
        var slots = new double[havePrices(placing) ? notKnown + 1 : 0];
        var places = new int[numbers.length];
        for (int i = 0; i < places.length; i++) {
            int kind = numbers[i] < 0 ? notKnown : kinds.of(numbers[i]);
            places[i] = kind;
            if (scored[kind] == NOT_ASKED) {
                scored[kind] = score(kind, placing);
                if (slots.length > 0 && !Double.isNaN(scored[kind])) {
                    slots[kind] = placing.yardstick().slots(slotLoss(kind, placing));
                    scored[kind] += slots[kind];
                }
            }
        }
        var verdictsNow = Arrays.copyOf(verdicts, notKnown + 1);
        verdictsNow[notKnown] = NOT_KNOWN;
        return new NodeVerdicts(places, verdictsNow, scored, slots);
    }

    /** Forgets what was found for kinds whose number stands for another one now. */
    private void follow() {
        if (kindsVersion == kinds.version()) {
            return;
        }
        kindsVersion = kinds.version();
        for (int kind = 0; kind < kinds.size(); kind++) {
            if (examples[kind] != kinds.example(kind)) {
                examples[kind] = kinds.example(kind);
                scores[kind] = NOT_ASKED;
                slotLosses[kind] = NO_LOSS_FOUND;
            }
        }
    }

    /** Without the price of slots; not a number where the kind does not fit. */
    private double score(int kind, Placement placing) {
        if (scores[kind] == NOT_ASKED) {
            verdicts[kind] = placing.on(examples[kind], ask);
            scores[kind] = verdicts[kind] instanceof Fits fits ? fits.terms().score() : Double.NaN;
        }
        return scores[kind];
    }

    private boolean havePrices(Placement placing) {
        var yardstick = placing.yardstick();
        if (!yardstick.hasSlotPrices(ask)) {
            return false;
        }
        if (slotLossesKind != yardstick.slotLossesKind()) {
            slotLossesKind = yardstick.slotLossesKind();
            Arrays.fill(slotLosses, NO_LOSS_FOUND);
        }
        return true;
    }

    private int slotLoss(int kind, Placement placing) {
        if (slotLosses[kind] == NO_LOSS_FOUND && verdicts[kind] instanceof Fits fits) {
            slotLosses[kind] = placing.yardstick().slotLoss(examples[kind], ask, fits.gpus());
        }
        return slotLosses[kind];
    }
}
