package dev.busbar.core.cluster;

import dev.busbar.core.topology.GpuSet;
import dev.busbar.core.topology.NodeTopology;
import dev.busbar.core.workload.GpuAsk;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One node at one moment: what it is made of, what is held of it, and so what is free. Immutable. */
public final class NodeState {
    private final NodeFacts facts;
    private final NodeTopology topology;
    private final NodeUse use;
    private final List<Holding> holdings;
    private final long freeCpuMilli;
    private final long freeMemoryBytes;
    private final GpuRoom room;

    public NodeState(NodeFacts facts, NodeTopology topology, NodeUse use, List<Holding> holdings) {
        this.facts = facts;
        this.topology = topology;
        this.use = use;
        this.holdings = List.copyOf(holdings);
        long cpu = facts.cpuMilli();
        long memory = facts.memoryBytes();
        for (var holding : this.holdings) {
            cpu -= holding.ask().cpuMilli();
            memory -= holding.ask().memoryBytes();
        }
        this.freeCpuMilli = cpu;
        this.freeMemoryBytes = memory;
        this.room = GpuRoom.of(topology, use, this.holdings);
    }

    public static NodeState empty(NodeFacts facts, NodeTopology topology) {
        return new NodeState(facts, topology, NodeUse.NONE, List.of());
    }

    public String name() {
        return facts.name();
    }

    public NodeFacts facts() {
        return facts;
    }

    public NodeTopology topology() {
        return topology;
    }

    public NodeUse use() {
        return use;
    }

    public List<Holding> holdings() {
        return holdings;
    }

    public long freeCpuMilli() {
        return freeCpuMilli;
    }

    public long freeMemoryBytes() {
        return freeMemoryBytes;
    }

    /** All that is free, to compare with that of another node. */
    public FreeRoom freeRoom() {
        return new FreeRoom(room, freeCpuMilli, freeMemoryBytes, use.freeCpus());
    }

    /** The GPUs that nobody holds a part of and that may be given out. */
    public GpuSet free() {
        return room.free();
    }

    /** The GPUs of which a part may be given out, whole ones included. */
    public GpuSet shareable() {
        return room.shareable();
    }

    /** GPU memory that is promised to nobody and used by nobody. */
    public long freeMemoryBytes(int gpu) {
        return room.freeMemoryBytes(gpu);
    }

    /** Thousandths of the GPU's compute that are promised to nobody. */
    public int freeMilli(int gpu) {
        return room.freeMilli(gpu);
    }

    /** Whether these GPUs, or the ask's share of one, are free: what was chosen before may be given now. */
    public boolean hasRoom(GpuAsk ask, GpuSet gpus) {
        return switch (ask.devices()) {
            case GpuAsk.None none -> gpus.isEmpty();
            case GpuAsk.Whole whole -> gpus.count() == whole.count() && free().containsAll(gpus);
            case GpuAsk.Share share -> gpus.count() == 1 && hasRoom(share, gpus.lowest());
        };
    }

    public boolean hasRoom(GpuAsk.Share share, int gpu) {
        return shareable().contains(gpu)
                && freeMemoryBytes(gpu) >= share.memoryBytes()
                && freeMilli(gpu) >= share.milli();
    }

    public Optional<Holding> holdingOf(String uid) {
        return holdings.stream().filter(h -> h.pod().key().uid().equals(uid)).findFirst();
    }

    public NodeState with(Holding holding) {
        var next = new ArrayList<>(others(holding.pod().key().uid()));
        next.add(holding);
        return new NodeState(facts, topology, use, next);
    }

    public NodeState without(String uid) {
        return holdingOf(uid).isEmpty() ? this : new NodeState(facts, topology, use, others(uid));
    }

    private List<Holding> others(String uid) {
        return holdings.stream().filter(h -> !h.pod().key().uid().equals(uid)).toList();
    }

    public NodeState with(NodeFacts other) {
        return new NodeState(other, topology, use, holdings);
    }

    public NodeState with(NodeTopology other) {
        return new NodeState(facts, other, use, holdings);
    }

    public NodeState with(NodeUse other) {
        return new NodeState(facts, topology, other, holdings);
    }
}
