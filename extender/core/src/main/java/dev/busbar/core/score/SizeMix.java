package dev.busbar.core.score;

/** How often each number of whole GPUs is asked; the weights of 1 to 64 GPUs add up to 1. */
public final class SizeMix {
    /**
     * Before anything is known: each doubling of the size is half as frequent, sizes between are not asked. It is a
     * prior and nothing more; what the cluster really sees replaces it.
     */
    public static final SizeMix PRIOR = prior();

    private final double[] weights;

    private SizeMix(double[] weights) {
        this.weights = weights;
    }

    private static SizeMix prior() {
        var weights = new double[65];
        weights[1] = 8 / 15.0;
        weights[2] = 4 / 15.0;
        weights[4] = 2 / 15.0;
        weights[8] = 1 / 15.0;
        return new SizeMix(weights);
    }

    /** The mix in which each size occurs as often as counted; index = size. */
    public static SizeMix counted(long[] counts) {
        double sum = 0;
        for (long count : counts) {
            sum += count;
        }
        if (sum == 0) {
            return PRIOR;
        }
        var weights = new double[65];
        for (int size = 1; size < Math.min(counts.length, weights.length); size++) {
            weights[size] = counts[size] / sum;
        }
        return new SizeMix(weights);
    }

    public double weight(int size) {
        return weights[size];
    }
}
