package dev.busbar.core.score;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * What the pods to come lose when a node goes from one room to another, in milli GPU: GPUs stranded for want of CPU,
 * memory, whole GPUs or links, and slots that big pods will miss. Learns the mix of asks and knows every node's room;
 * whoever owns it tells it of arrivals, departures and changes. Not safe for use by several threads at once.
 *
 * <pre>
 * loss     = V(after) - V(before) + d * (F(after) - F(before))
 * slotCost = max over big shapes of price * slots lost
 * </pre>
 *
 * with V of {@link StrandedValue}, F of {@link ExpectedFragment}, d of {@link Turnover}, prices of {@link SlotPrices}.
 */
public final class Fragmentation {
    /** How much further the slot prices look ahead once as many pods leave as arrive. */
    private static final double HORIZON_GROWTH = 3;

    /** The turnover is taken over when it has moved this far, so that losses may be kept between. */
    private static final double TURNOVER_STEP = 0.1;

    private final DemandMix mix;
    private final Map<String, Node> nodes = new LinkedHashMap<>();
    private final Turnover turnover = new Turnover();
    private double departing;
    private StrandedValue stranded;
    private ExpectedFragment fragment;
    private SlotPrices prices;
    private boolean recountDue;
    private int generation;
    private int recounts;

    /** Starts with the demand that the mix holds, and without nodes. */
    public Fragmentation(DemandMix mix) {
        this.mix = mix;
        this.stranded = new StrandedValue(mix.forecast(), StrandedValue.Settings.DEFAULT);
        this.fragment = new ExpectedFragment(mix.forecast().typical());
        this.prices = new SlotPrices(mix.forecast(), List.of(), new int[Long.SIZE]);
    }

    /** A pod has asked for room, whether it gets some or not. */
    public void arrived(Shape shape) {
        turnover.arrived();
        mix.arrived(shape);
    }

    /** A pod has given its room back. */
    public void departed() {
        turnover.departed();
    }

    /** Takes arrivals and departures into account where there were enough of them to matter. */
    public void renew() {
        followTurnover();
        if (mix.renewIfDue()) {
            demandChanged();
        }
    }

    /** A node has come, or its size or room has changed; {@code size} is an ask for the whole empty node. */
    public void put(String node, Shape size, Room room) {
        var before = nodes.put(node, new Node(size, room));
        if (before == null || !before.size().equals(size)) {
            recountDue = true;
            return;
        }
        if (!recountDue) {
            prices.remove(before.room());
            prices.add(room);
        }
    }

    /** A node has gone. */
    public void forget(String node) {
        recountDue |= nodes.remove(node) != null;
    }

    /** What is stranded by the change; the same two rooms give the same answer within a {@link #generation}. */
    public double loss(Room before, Room after) {
        double loss = stranded.of(after) - stranded.of(before);
        if (departing > 0) {
            loss += departing * (fragment.of(after) - fragment.of(before));
        }
        return loss;
    }

    /** Whether pods leave as well as come, lately. */
    public boolean podsLeave() {
        return departing > 0;
    }

    /** Whether any slot of a big pod has a price worth looking at. */
    public boolean hasPrices() {
        return prices().areThere();
    }

    /**
     * The number of the loss that big pods have when a pod of this shape gets the set; it stands for the same loss for
     * as long as {@link #slotLossesKind} is the same.
     */
    public int slotLoss(Room before, Shape taken, long set) {
        return prices().lossOf(before, taken, set);
    }

    /** What a loss of that number is worth; depends on the whole cluster as it stands. */
    public double slotCost(int loss) {
        return prices().cost(loss);
    }

    /** Grows when numbers of losses found so far are void. */
    public int slotLossesKind() {
        prices();
        return recounts;
    }

    private SlotPrices prices() {
        if (recountDue) {
            recount();
        }
        return prices;
    }

    /** Grows when losses found so far are void. */
    public int generation() {
        return generation;
    }

    public Forecast forecast() {
        return mix.forecast();
    }

    private void demandChanged() {
        stranded = new StrandedValue(mix.forecast(), StrandedValue.Settings.DEFAULT);
        fragment = new ExpectedFragment(mix.forecast().typical());
        recountDue = true;
        generation++;
    }

    private void followTurnover() {
        double rate = turnover.rate();
        if (Math.abs(rate - departing) > TURNOVER_STEP) {
            departing = rate;
            lookAhead();
            generation++;
        }
    }

    private void recount() {
        recountDue = false;
        recounts++;
        var sizes = new LinkedHashSet<Shape>();
        var mostCpu = new int[Long.SIZE];
        for (var node : nodes.values()) {
            int product = node.room().product().id();
            mostCpu[product] = Math.max(mostCpu[product], node.size().cpuMilli());
            if (node.size().gpus() > 0) {
                sizes.add(node.size());
            }
        }
        prices = new SlotPrices(mix.forecast(), List.copyOf(sizes), mostCpu);
        lookAhead();
        nodes.values().forEach(node -> prices.add(node.room()));
    }

    private void lookAhead() {
        prices.stretchHorizon(1 + HORIZON_GROWTH * departing);
        prices.departing(departing);
    }

    private record Node(Shape size, Room room) {}
}
