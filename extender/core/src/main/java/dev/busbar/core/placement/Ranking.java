package dev.busbar.core.placement;

/**
 * A total order over the nodes that fit, and its image on kube-scheduler's 0..10: always one node alone at the top,
 * since the scheduler breaks ties at random.
 *
 * <p>Among nodes whose scores lie within {@link #BAND} of the best, the one that comes first in {@link TieOrder} wins: so
 * small differences do not scatter pods over the cluster.
 */
public final class Ranking {
    /** Thousandths of a GPU below which two scores count as equal. */
    public static final double BAND = 20;

    public static final int TOP = 10;
    private static final int NONE = -1;

    private final int best;
    private final int runnerUp;
    private final int[] scores;

    private Ranking(int best, int runnerUp, int[] scores) {
        this.best = best;
        this.runnerUp = runnerUp;
        this.scores = scores;
    }

    /**
     * Ranks the nodes of one call.
     *
     * @param numbers each node's place in the cluster's fixed order; below 0 for a node that is not known
     * @param verdicts the verdict on each node, in the same positions
     */
    public static Ranking of(int[] numbers, NodeVerdicts verdicts) {
        var values = new double[verdicts.size()];
        double most = Double.NEGATIVE_INFINITY;
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < values.length; i++) {
            values[i] = verdicts.score(i);
            if (!Double.isNaN(values[i])) {
                most = Math.max(most, values[i]);
                least = Math.min(least, values[i]);
            }
        }
        int best = first(numbers, values, verdicts.ties(), most - BAND, NONE);
        var scores = new int[values.length];
        if (best == NONE) {
            return new Ranking(NONE, NONE, scores);
        }
        double range = Math.max(most - least, 1e-9);
        double next = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < values.length; i++) {
            if (!Double.isNaN(values[i])) {
                scores[i] = (int) Math.floor((TOP - 1) * (values[i] - least) / range);
                if (i != best) {
                    next = Math.max(next, values[i]);
                }
            }
        }
        scores[best] = TOP;
        return new Ranking(best, first(numbers, values, verdicts.ties(), next - BAND, best), scores);
    }

    /** The first node with at least this value; not a number is no node that fits. */
    private static int first(int[] numbers, double[] values, TieOrder ties, double atLeast, int but) {
        int first = NONE;
        for (int i = 0; i < values.length; i++) {
            if (i != but && values[i] >= atLeast && (first == NONE || ties.isBefore(numbers[i], numbers[first]))) {
                first = i;
            }
        }
        return first;
    }

    public boolean hasBest() {
        return best != NONE;
    }

    public boolean hasRunnerUp() {
        return runnerUp != NONE;
    }

    /** Position of the best node. */
    public int best() {
        return best;
    }

    /** Position of the node that would be best without the best one. */
    public int runnerUp() {
        return runnerUp;
    }

    /** The score of the node at a position, 0 to {@link #TOP}. */
    public int score(int position) {
        return scores[position];
    }
}
