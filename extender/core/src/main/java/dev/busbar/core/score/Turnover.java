package dev.busbar.core.score;

/** How many pods leave for each one that arrives, seen lately: 0 while a cluster fills, 1 when it is in balance. */
final class Turnover {
    private static final double HALF_LIFE_ARRIVALS = 500;
    private static final double DECAY = Math.pow(2, -1 / HALF_LIFE_ARRIVALS);

    private double arrivals;
    private double departures;

    void arrived() {
        arrivals = arrivals * DECAY + 1;
        departures *= DECAY;
    }

    void departed() {
        departures++;
    }

    double rate() {
        return arrivals == 0 ? 0 : Math.min(1, departures / arrivals);
    }
}
