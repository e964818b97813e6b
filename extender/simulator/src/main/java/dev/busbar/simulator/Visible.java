package dev.busbar.simulator;

import java.util.SplittableRandom;
import java.util.function.IntPredicate;

/**
 * The nodes that kube-scheduler looks at for one pod: from a random start in a random order, until so many that fit
 * are found (percentageOfNodesToScore).
 */
final class Visible {
    private final int[] order;
    private final int[] found;
    private final int enough;
    private final SplittableRandom random;
    private int at;

    Visible(int nodes, int percent, SplittableRandom random) {
        if (percent < 1 || percent > 100) {
            throw new SimulationException("--sample (%d) must be between 1 and 100".formatted(percent));
        }
        this.order = new int[nodes];
        for (int i = 0; i < nodes; i++) {
            order[i] = i;
        }
        this.found = new int[nodes];
        this.enough = Math.ceilDiv(nodes * percent, 100);
        this.random = random;
    }

    /** Starts over for another pod. */
    void begin() {
        at = 0;
    }

    /** Fills {@link #found} with the next nodes that fit and tells their number; 0 once all were looked at. */
    int next(IntPredicate fits) {
        int count = 0;
        while (at < order.length && count < enough) {
            int node = draw();
            if (fits.test(node)) {
                found[count++] = node;
            }
        }
        return count;
    }

    int[] found() {
        return found;
    }

    private int draw() {
        if (enough < order.length) {
            int other = at + random.nextInt(order.length - at);
            int node = order[other];
            order[other] = order[at];
            order[at] = node;
        }
        return order[at++];
    }
}
