package dev.busbar.core.placement;

import dev.busbar.core.cluster.ClusterSnapshot;
import dev.busbar.core.cluster.NodeState;
import dev.busbar.core.placement.Verdict.Fits;
import dev.busbar.core.workload.GpuAsk;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The verdicts on all nodes for one ask, by node number, each for as long as its node's state is the same object, and
 * found once for nodes that are alike. What each call reads of every node lies in arrays of numbers: the score, and the number of the loss of slots, whose price
 * may be another one at each call. Not thread-safe.
 */
final class KeptVerdicts {
    private static final Verdict NOT_KNOWN = new Verdict.NotNow(Reason.NOT_KNOWN);

    /** In place of a score: the verdict on the node's present state was not asked for yet. */
    private static final double UNKNOWN = Double.POSITIVE_INFINITY;

    private static final int NO_LOSS_FOUND = -1;

    /** Verdicts kept for nodes that are alike. */
    private static final int MOST_ALIKE = 4096;

    private final GpuAsk ask;
    private final Kinds kinds;
    private final Map<Kinds.Likeness, Verdict> alike = new HashMap<>();
    private final NodeState[] states;
    private final double[] scores;
    private final int[] slotLosses;
    private int slotLossesKind;

    /** One place more than nodes: the last one is for nodes that are not known. */
    private final Verdict[] verdicts;

    KeptVerdicts(GpuAsk ask, Kinds kinds, int nodes) {
        this.ask = ask;
        this.kinds = kinds;
        this.states = new NodeState[nodes];
        this.scores = new double[nodes];
        this.slotLosses = new int[nodes];
        this.verdicts = new Verdict[nodes + 1];
        verdicts[nodes] = NOT_KNOWN;
    }

    int size() {
        return states.length;
    }

    /** The verdicts on the nodes with these numbers; a number below 0 is a node not known. */
    NodeVerdicts on(ClusterSnapshot snapshot, Placement placing, int[] numbers) {
        follow(snapshot);
        var places = new int[numbers.length];
        var scored = new double[numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            int number = numbers[i];
            if (number < 0) {
                places[i] = states.length;
                scored[i] = Double.NaN;
                continue;
            }
            if (scores[number] == UNKNOWN) {
                find(number, placing);
            }
            places[i] = number;
            scored[i] = scores[number];
        }
        return new NodeVerdicts(places, verdicts.clone(), scored, priced(placing, numbers, scored));
    }

    /** Nodes in the order of their numbers: so the memory is read from one end to the other. */
    private void follow(ClusterSnapshot snapshot) {
        for (int number = 0; number < states.length; number++) {
            var now = snapshot.node(number);
            if (states[number] != now) {
                states[number] = now;
                scores[number] = UNKNOWN;
                slotLosses[number] = NO_LOSS_FOUND;
            }
        }
    }

    private void find(int number, Placement placing) {
        var likeness = kinds.of(states[number]);
        var verdict = alike.get(likeness);
        if (verdict == null) {
            verdict = placing.on(states[number], ask);
            if (alike.size() == MOST_ALIKE) {
                alike.clear();
            }
            alike.put(likeness, verdict);
        }
        verdicts[number] = verdict;
        scores[number] = verdict instanceof Fits fits ? fits.terms().score() : Double.NaN;
    }

    /** Adds the prices of slots to the scores, and gives them back; nothing where no slot has a price. */
    private double[] priced(Placement placing, int[] numbers, double[] scored) {
        var yardstick = placing.yardstick();
        if (!yardstick.hasSlotPrices(ask)) {
            return new double[0];
        }
        if (slotLossesKind != yardstick.slotLossesKind()) {
            slotLossesKind = yardstick.slotLossesKind();
            Arrays.fill(slotLosses, NO_LOSS_FOUND);
        }
        var slots = new double[numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            if (!Double.isNaN(scored[i])) {
                slots[i] = yardstick.slots(slotLoss(numbers[i], placing));
                scored[i] += slots[i];
            }
        }
        return slots;
    }

    private int slotLoss(int number, Placement placing) {
        int known = slotLosses[number];
        if (known == NO_LOSS_FOUND && verdicts[number] instanceof Fits fits) {
            known = placing.yardstick().slotLoss(states[number], ask, fits.gpus());
            slotLosses[number] = known;
        }
        return known;
    }
}
