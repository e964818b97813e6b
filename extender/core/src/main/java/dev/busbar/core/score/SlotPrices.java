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
 *
 * <p>Where pods leave again, a node that lacks a few GPUs will have a slot once these come free, unless somebody takes
 * what it has. So such a slot has a price as well, those that lack least before the others: it counts only where the slots
 * that are there or come earlier may run out, and each GPU that it lacks halves it.
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

    /** By product id: the CPU of the largest node, up to which a node's CPU may come free. */
    private final int[] mostCpu;

    /** By big shape and the GPUs lacking: nodes whose next slot is still to come, and what one is worth. */
    private final int[][] coming;

    private final double[][] comingPrice;
    private double departing;
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
     * @param mostCpu by product id the CPU of the largest node
     */
    SlotPrices(Forecast forecast, List<Shape> sizes, int[] mostCpu) {
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
        this.mostCpu = mostCpu.clone();
        this.coming = new int[big.size()][];
        this.comingPrice = new double[big.size()][];
        for (int b = 0; b < coming.length; b++) {
            coming[b] = new int[big.get(b).gpus() + 1];
            comingPrice[b] = new double[big.get(b).gpus() + 1];
        }
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
            coming[b][lacking(b, room, Long.bitCount(room.whole()))] += (int) sign;
        }
        freeMilli += sign * room.freeMilli();
        stale = true;
    }

    /** Looks so many times further ahead than until the cluster is full. */
    void stretchHorizon(double times) {
        stale |= times != horizon;
        horizon = times;
    }

    /** So many pods leave for each that arrives. */
    void departing(double rate) {
        stale |= rate != departing;
        departing = rate;
    }

    boolean areThere() {
        refresh();
        return pricedCount > 0;
    }

    /**
     * How many slots of each big shape a placement takes, in the shapes' order; where it takes none, the GPUs that the
     * node's next slot lacked and lacks then.
     */
    private record Losses(List<Integer> slots, List<Integer> lacked, List<Integer> lacking) {
        Losses {
            slots = List.copyOf(slots);
            lacked = List.copyOf(lacked);
            lacking = List.copyOf(lacking);
        }
    }

    /** The number of the loss of slots when a pod of this shape gets the set, for {@link #cost(int)}. */
    int lossOf(Room before, Shape taken, long set) {
        int cpuLeft = before.cpuMilli() - taken.cpuMilli();
        boolean touches = taken.milliOn(before.product().memoryMib()) > 0;
        int whole = Long.bitCount(before.whole());
        int wholeLeft = Long.bitCount(touches ? before.whole() & ~set : before.whole());
        var lost = new Integer[big.size()];
        var lacked = new Integer[big.size()];
        var lacking = new Integer[big.size()];
        for (int b = 0; b < lost.length; b++) {
            int had = slots(b, before);
            lost[b] = had > 0 ? had - slots(b, before.product(), wholeLeft, cpuLeft) : 0;
            lacked[b] = lacking(b, before, whole);
            lacking[b] = lacking(b, before, wholeLeft);
        }
        return numbers.computeIfAbsent(new Losses(List.of(lost), List.of(lacked), List.of(lacking)), this::numbered);
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
            most = Math.max(most, costOf(priced[i], loss));
        }
        return most;
    }

    private double costOf(int b, Losses loss) {
        int taken = loss.slots().get(b);
        double[] later = comingPrice[b];
        return taken > 0
                ? price[b] * taken
                : later[loss.lacked().get(b)] - later[loss.lacking().get(b)];
    }

    /** The GPUs that a node's next slot waits for, with so many wholly free; 0 where it never has another one. */
    private int lacking(int b, Room room, int whole) {
        Shape shape = big.get(b);
        int next = whole / shape.gpus() + 1;
        int product = room.product().id();
        boolean never = next * shape.gpus() > room.gpus()
                || next * shape.cpuMilli() > mostCpu[product]
                || !shape.accepts(product);
        return never ? 0 : next * shape.gpus() - whole;
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
            double expected = arrivalsUntilFull * useRate[b];
            price[b] = slots[b] == 0 ? 0 : price(b, slots[b], expected);
            boolean later = departing > 0 && priceComing(b, expected);
            if (price[b] > 0 || later) {
                priced[pricedCount++] = b;
            }
        }
    }

    /** The worth of the last of so many slots where so many are expected to be used; 0 where it is negligible. */
    private double price(int b, long count, double expected) {
        double full = (double) Shape.WHOLE * big.get(b).gpus();
        if (Poisson.isRarer(count, expected, NEGLIGIBLE / full)) {
            return 0;
        }
        double worth = full * Poisson.atLeast(count, expected);
        return worth > NEGLIGIBLE ? worth : 0;
    }

    /** Prices the slots to come, those that lack least first; whether there is any price. */
    private boolean priceComing(int b, double expected) {
        Arrays.fill(comingPrice[b], 0);
        long count = slots[b];
        boolean any = false;
        for (int lacking = 1; lacking < coming[b].length; lacking++) {
            count += coming[b][lacking];
            double worth = count == 0 ? 0 : departing * price(b, count, expected);
            if (count > 0 && worth == 0) {
                break;
            }
            comingPrice[b][lacking] = Math.scalb(worth, -lacking);
            any |= worth > 0;
        }
        return any;
    }
}
