package dev.busbar.core.score;

import java.util.ArrayList;
import java.util.List;

/**
 * What a slot for a big pod is worth, in milli GPU: its size, times the chance that such slots run out before the
 * cluster is full. Knows how many slots of each big shape the cluster has; whoever changes a node tells it.
 */
final class SlotPrices {
    /** Prices below this are not worth looking at. */
    private static final double NEGLIGIBLE = 0.5;

    private final List<Shape> big = new ArrayList<>();
    private final double[] useRate;
    private final double meanMilli;
    private final long[] slots;
    private final double[] price;
    private final int[] priced;
    private int pricedCount;
    private long freeMilli;
    private boolean stale = true;
    private double horizon = 1;

    /**
     * @param sizes the distinct node sizes, as asks for the whole node: one imaginary pod each, so that whole nodes
     *     are not given away before the first pod that wants one has come
     */
    SlotPrices(Forecast forecast, List<Shape> sizes) {
        var rates = new ArrayList<Double>();
        for (var each : forecast.frequencies()) {
            if (each.shape().gpus() >= 2) {
                big.add(each.shape());
                rates.add(each.frequency());
            }
        }
        for (Shape size : sizes) {
            big.add(size);
            rates.add(1 / (forecast.arrivals() + 1));
        }
        this.useRate = new double[big.size()];
        for (int b = 0; b < useRate.length; b++) {
            for (int other = 0; other < useRate.length; other++) {
                useRate[b] += rates.get(other) * slotsTakenBy(big.get(other), big.get(b));
            }
        }
        this.meanMilli = Math.max(1, forecast.meanMilli());
        this.slots = new long[big.size()];
        this.price = new double[big.size()];
        this.priced = new int[big.size()];
    }

    /** How many slots of one shape a pod of the other uses up, if it needs at least as much. */
    private static int slotsTakenBy(Shape other, Shape shape) {
        return other.cpuMilli() >= shape.cpuMilli() ? other.gpus() / shape.gpus() : 0;
    }

    /** A node has come with that much room. */
    void add(Room room) {
        count(room, 1);
    }

    /** A node with that much room has gone, or is about to change. */
    void remove(Room room) {
        count(room, -1);
    }

    private void count(Room room, long sign) {
        for (int b = 0; b < slots.length; b++) {
            slots[b] += sign * slots(b, room);
        }
        freeMilli += sign * room.freeMilli();
        stale = true;
    }

    /** Looks so many times further ahead than until the cluster is full. */
    void stretchHorizon(double times) {
        stale |= times != horizon;
        horizon = times;
    }

    boolean areThere() {
        refresh();
        return pricedCount > 0;
    }

    /** The worth of the slots that are lost when a node goes from one room to the other. */
    double cost(Room before, Room after) {
        refresh();
        double most = 0;
        for (int i = 0; i < pricedCount; i++) {
            int b = priced[i];
            int had = slots(b, before);
            if (had > 0) {
                most = Math.max(most, price[b] * (had - slots(b, after)));
            }
        }
        return most;
    }

    private int slots(int b, Room room) {
        Shape shape = big.get(b);
        int gpus = Long.bitCount(room.whole()) / shape.gpus();
        if (gpus == 0 || !shape.accepts(room.product().id())) {
            return 0;
        }
        return shape.cpuMilli() == 0 ? gpus : Math.min(gpus, room.cpuMilli() / shape.cpuMilli());
    }

    private void refresh() {
        if (!stale) {
            return;
        }
        stale = false;
        pricedCount = 0;
        double arrivalsUntilFull = freeMilli / meanMilli * horizon;
        for (int b = 0; b < price.length; b++) {
            double chance = slots[b] == 0 ? 0 : Poisson.atLeast(slots[b], arrivalsUntilFull * useRate[b]);
            price[b] = Shape.WHOLE * big.get(b).gpus() * chance;
            if (price[b] > NEGLIGIBLE) {
                priced[pricedCount++] = b;
            }
        }
    }
}
