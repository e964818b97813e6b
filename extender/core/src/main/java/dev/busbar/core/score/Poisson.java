package dev.busbar.core.score;

/** Tail probabilities of the Poisson distribution. */
final class Poisson {
    /** From this mean on the normal approximation is close enough. */
    private static final double NORMAL_FROM = 60;

    private Poisson() {}

    /**
     * Whether {@link #atLeast} is below a chance for sure, by Chernoff's bound: one logarithm where the sum would take
     * hundreds of steps. False says nothing.
     */
    static boolean isRarer(long count, double mean, double chance) {
        if (mean <= 0 || count <= mean) {
            return false;
        }
        // The normal approximation may lie above the bound; a factor of a million is far more than it errs by.
        return count - mean - count * Math.log(count / mean) < Math.log(chance) - Math.log(1e6);
    }

    /** The chance of at least {@code count} events where {@code mean} are expected. */
    static double atLeast(long count, double mean) {
        if (count <= 0) {
            return 1;
        }
        if (mean <= 0) {
            return 0;
        }
        if (mean > NORMAL_FROM) {
            return normalAbove((count - 0.5 - mean) / Math.sqrt(mean));
        }
        double term = Math.exp(-mean);
        double below = 0;
        for (long k = 0; k < count && below < 1; k++) {
            below += term;
            term *= mean / (k + 1);
            if (term < 1e-12 && k > mean) {
                break;
            }
        }
        return Math.max(0, 1 - below);
    }

    /** The chance that a standard normal draw is above z (Zelen and Severo, error below 7.5e-8). */
    private static double normalAbove(double z) {
        if (z < 0) {
            return 1 - normalAbove(-z);
        }
        double t = 1 / (1 + 0.2316419 * z);
        double series =
                t * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
        return Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI) * series;
    }
}
