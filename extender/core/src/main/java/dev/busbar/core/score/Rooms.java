package dev.busbar.core.score;

import dev.busbar.core.cluster.NodeState;
import dev.busbar.core.topology.Allocator;
import dev.busbar.core.topology.Gpu;
import dev.busbar.core.topology.LinkMatrix;
import dev.busbar.core.topology.NodeTopology;
import dev.busbar.core.workload.Conditions;
import dev.busbar.core.workload.GpuAsk;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Nodes and asks in the numbers that {@link Fragmentation} works on. Not thread-safe. */
public final class Rooms {
    private static final long MEBIBYTE = 1L << 20;
    private static final int REMEMBERED = 1 << 14;

    /** One GPU of a kind; who gives it out counts, since an ask is served only by nodes of its hand. */
    private record Kind(String product, Allocator allocator) {}

    /** What tells one choice of sets from another. */
    private record Wiring(LinkMatrix links, List<Integer> numa) {}

    private final Bandwidth bandwidth;
    private final BestOfSize best;
    private final Map<Kind, Room.Product> products;
    private final Map<Wiring, LinkedSets> choices = new HashMap<>();

    /** The same by the machine itself, which outlives the states of its node. */
    private final IdentityHashMap<NodeTopology, LinkedSets> choiceOf = new IdentityHashMap<>();

    private final Map<Conditions, Conditions> interned;
    private int choicesBefore;

    /** The rooms of states seen lately, each at the place that its identity gives. */
    private final @Nullable NodeState[] states = new NodeState[REMEMBERED];

    private final @Nullable Room[] rooms = new Room[REMEMBERED];
    private @Nullable GpuAsk lastAsk;
    private @Nullable Shape lastShape;
    private int productsAtLastAsk;

    public Rooms(Bandwidth bandwidth, BestOfSize best) {
        this(bandwidth, best, new HashMap<>(), new HashMap<>());
    }

    private Rooms(
            Bandwidth bandwidth,
            BestOfSize best,
            Map<Kind, Room.Product> products,
            Map<Conditions, Conditions> interned) {
        this.bandwidth = bandwidth;
        this.best = best;
        this.products = products;
        this.interned = interned;
    }

    /**
     * The same for a cluster with another best of each size. What was learnt and remembered speaks of products and
     * choices by number, so a product keeps its number, and no number of a choice is given twice.
     */
    public Rooms with(BestOfSize other) {
        var next = new Rooms(bandwidth, other, products, interned);
        next.choicesBefore = choicesBefore + choices.size();
        return next;
    }

    /** What is free on the node. */
    public Room of(NodeState node) {
        int place = System.identityHashCode(node) & REMEMBERED - 1;
        var known = rooms[place];
        if (known == null || states[place] != node) {
            known = compute(node);
            states[place] = node;
            rooms[place] = known;
        }
        return known;
    }

    private Room compute(NodeState node) {
        var topology = node.topology();
        var milli = new int[topology.gpus().size()];
        for (int gpu = 0; gpu < milli.length; gpu++) {
            milli[gpu] = node.free().contains(gpu) ? Shape.WHOLE : partOf(node, gpu);
        }
        return Room.of(
                held(node.freeCpuMilli()),
                held(node.freeMemoryBytes() / MEBIBYTE),
                product(topology),
                choice(topology),
                milli);
    }

    /** What a share could have of a GPU that is not wholly free, by compute and by memory. */
    private static int partOf(NodeState node, int gpu) {
        if (!node.shareable().contains(gpu)) {
            return 0;
        }
        long memory = node.topology().gpus().get(gpu).memoryBytes();
        long byMemory = memory == 0
                ? Shape.WHOLE
                : Math.max(0, node.freeMemoryBytes(gpu)) / MEBIBYTE * Shape.WHOLE / Math.max(1, memory / MEBIBYTE);
        return Math.clamp(Math.min(byMemory, node.freeMilli(gpu)), 0, Shape.WHOLE - 1);
    }

    private static int held(long amount) {
        return Math.clamp(amount, 0, Integer.MAX_VALUE / 2);
    }

    private Room.Product product(NodeTopology topology) {
        if (topology.gpus().isEmpty()) {
            return product("", Allocator.BUSBAR, 0);
        }
        Gpu first = topology.gpus().getFirst();
        return product(first.product(), topology.allocator(), first.memoryBytes());
    }

    private Room.Product product(String name, Allocator allocator, long memoryBytes) {
        // A cluster of more than 63 kinds shares the last number among the rest: a blurred score, no wrong placement.
        return products.computeIfAbsent(
                new Kind(name, allocator),
                kind -> new Room.Product(Math.min(products.size(), Long.SIZE - 1), held(memoryBytes / MEBIBYTE)));
    }

    private SetChoice choice(NodeTopology topology) {
        var known = choiceOf.get(topology);
        if (known == null) {
            known = wired(topology);
            choiceOf.put(topology, known);
        }
        return known;
    }

    private LinkedSets wired(NodeTopology topology) {
        var numa = new ArrayList<Integer>();
        topology.gpus().forEach(gpu -> numa.add(gpu.numaNode()));
        return choices.computeIfAbsent(
                new Wiring(topology.links(), numa),
                wiring -> new LinkedSets(topology, bandwidth, best, choicesBefore + choices.size() + 1));
    }

    /** An ask for the whole of the node. */
    public Shape size(NodeState node) {
        int gpus = node.topology().usable().count();
        return Shape.whole(held(node.facts().cpuMilli()), held(node.facts().memoryBytes() / MEBIBYTE), gpus);
    }

    /** What the pod asks. */
    public Shape of(GpuAsk ask) {
        var known = lastShape;
        if (known == null || !ask.equals(lastAsk) || productsAtLastAsk != products.size()) {
            known = compute(ask);
            lastAsk = ask;
            lastShape = known;
            productsAtLastAsk = products.size();
        }
        return known;
    }

    private Shape compute(GpuAsk ask) {
        int cpu = held(ask.cpuMilli());
        int memory = held(Math.ceilDiv(ask.memoryBytes(), MEBIBYTE));
        return switch (ask.devices()) {
            case GpuAsk.None none -> Shape.whole(cpu, memory, 0);
            case GpuAsk.Whole whole ->
                new Shape(
                        cpu,
                        memory,
                        whole.count(),
                        Shape.WHOLE,
                        0,
                        accepted(ask.conditions(), whole.allocator()),
                        withoutProducts(ask.conditions()));
            case GpuAsk.Share share ->
                new Shape(
                        cpu,
                        memory,
                        1,
                        share.milli(),
                        held(Math.ceilDiv(share.memoryBytes(), MEBIBYTE)),
                        accepted(ask.conditions(), Allocator.BUSBAR),
                        Conditions.NONE);
        };
    }

    private long accepted(Conditions conditions, Allocator allocator) {
        long mask = 0;
        for (var each : products.entrySet()) {
            if (each.getKey().allocator() == allocator
                    && conditions.accepts(each.getKey().product())) {
                mask |= 1L << each.getValue().id();
            }
        }
        return mask;
    }

    /** Equal conditions become one object, so that they can be told apart by identity. */
    private Conditions withoutProducts(Conditions conditions) {
        var needs = new Conditions(
                conditions.minGigabytesPerSecond(), conditions.link(), conditions.numa(), conditions.rdma(), Set.of());
        return needs.equals(Conditions.NONE) ? Conditions.NONE : interned.computeIfAbsent(needs, same -> same);
    }
}
