package dev.busbar.core.score;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a slot for a big pod is worth, in milli GPU: its size, times the chance that such slots run out before the
 * cluster is full. Knows how many slots of each big shape the cluster has; whoever changes a node tells it.
 *
 * <p>Prices move with every pod that comes or goes, but the slots that a placement takes follow from the node alone. So
 * equal losses of slots share one number for life, and each number's cost is found once per change of the prices.
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
    private final Map<Losses, Integer> numbers = new HashMap<>();
    private final List<Losses> losses = new ArrayList<>();
    private double[] costs = new double[64];

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

    /** How many slots of each big shape a placement takes, in the shapes' order. */
    private record Losses(List<Integer> slots) {
        Losses {
            slots = List.copyOf(slots);
        }
    }

    /** The number of the loss of slots when a pod of this shape gets the set, for {@link #cost(int)}. */
    int lossOf(Room before, Shape taken, long set) {
        int cpuLeft = before.cpuMilli() - taken.cpuMilli();
        boolean touches = taken.milliOn(before.product().memoryMib()) > 0;
        int wholeLeft = Long.bitCount(touches ? before.whole() & ~set : before.whole());
        var lost = new Integer[big.size()];
        for (int b = 0; b < lost.length; b++) {
            int had = slots(b, before);
            lost[b] = had > 0 ? had - slots(b, before.product(), wholeLeft, cpuLeft) : 0;
        }
        return numbers.computeIfAbsent(new Losses(List.of(lost)), this::numbered);
    }

    private int numbered(Losses other) {
        int number = losses.size();
        losses.add(other);
        if (number == costs.length) {
            costs = Arrays.copyOf(costs, number * 2);
        }
        costs[number] = Double.NaN;
        return number;
    }

    /** The worth of the slots that are lost, as the cluster stands now. */
    double cost(int loss) {
        refresh();
        double known = costs[loss];
        if (Double.isNaN(known)) {
            known = costOf(losses.get(loss));
            costs[loss] = known;
        }
        return known;
    }

    private double costOf(Losses loss) {
        double most = 0;
        for (int i = 0; i < pricedCount; i++) {
            most = Math.max(most, price[priced[i]] * loss.slots().get(priced[i]));
        }
        return most;
    }

    private int slots(int b, Room room) {
        return slots(b, room.product(), Long.bitCount(room.whole()), room.cpuMilli());
    }

    private int slots(int b, Room.Product product, int whole, int cpuMilli) {
        Shape shape = big.get(b);
        int gpus = whole / shape.gpus();
        if (gpus == 0 || !shape.accepts(product.id())) {
            return 0;
        }
        return shape.cpuMilli() == 0 ? gpus : Math.min(gpus, cpuMilli / shape.cpuMilli());
    }

    private void refresh() {
        if (!stale) {
            return;
        }
        stale = false;
        pricedCount = 0;
        Arrays.fill(costs, 0, losses.size(), Double.NaN);
        double arrivalsUntilFull = freeMilli / meanMilli * horizon;
        for (int b = 0; b < price.length; b++) {
            double full = (double) Shape.WHOLE * big.get(b).gpus();
            double expected = arrivalsUntilFull * useRate[b];
            if (slots[b] == 0 || Poisson.isRarer(slots[b], expected, NEGLIGIBLE / full)) {
                continue;
            }
            price[b] = full * Poisson.atLeast(slots[b], expected);
            if (price[b] > NEGLIGIBLE) {
                priced[pricedCount++] = b;
            }
        }
    }
}
