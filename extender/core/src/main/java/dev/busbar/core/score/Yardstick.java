package dev.busbar.core.score;

import dev.busbar.core.cluster.NodeState;
import dev.busbar.core.topology.Crossing;
import dev.busbar.core.topology.Gpu;
import dev.busbar.core.topology.GpuSet;
import dev.busbar.core.topology.NodeTopology;
import dev.busbar.core.workload.Conditions;
import dev.busbar.core.workload.GpuAsk;
import dev.busbar.core.workload.Intent;

/**
 * Measures one set on one node for one ask: what the pod would get and what the cluster would lose, in thousandths of
 * a GPU. Everything that it compares with (the best of each size, the mix of asks) is fixed for its life.
 *
 * <p>Not thread-safe.
 */
public final class Yardstick {
    /** What links, NUMA locality or a near network card are worth of a GPU that has no use for them, for all we know. */
    private static final double LIGHT = 50;

    /** The same where the pod prefers it. */
    private static final double HEAVY = 500;

    /** What it costs to part a GPU from one that it is linked to by NVLink and that stays free. */
    private static final double PARTNER = 100;

    /** How much more a {@code fast} pod's links weigh than the cluster's loss. */
    private static final double FAST = 4;

    private final Bandwidth bandwidth;
    private final BestOfSize best;
    private final Rooms rooms;
    private final Fragmentation fragmentation;

    public Yardstick(Bandwidth bandwidth, BestOfSize best, Rooms rooms, Fragmentation fragmentation) {
        this.bandwidth = bandwidth;
        this.best = best;
        this.rooms = rooms;
        this.fragmentation = fragmentation;
    }

    public Bandwidth bandwidth() {
        return bandwidth;
    }

    /** Measures whole GPUs. */
    public Breakdown whole(NodeState node, GpuAsk ask, GpuSet set) {
        var topology = node.topology();
        int count = set.count();
        double speed = bandwidth.gigabytesPerSecond(topology.links(), set);
        double linked = ask.conditions().useLinks() ? 1000 : LIGHT;
        return weighed(
                ask.intent(),
                node,
                new Breakdown(
                        count * linked * best.quality(speed, count),
                        count * weight(ask.conditions().numa()) * locality(topology, set),
                        count * weight(ask.conditions().rdma()) * nearness(topology, set),
                        0,
                        -loss(node, ask, set),
                        0,
                        0));
    }

    private double loss(NodeState node, GpuAsk ask, GpuSet set) {
        Room before = rooms.of(node);
        double stranded = fragmentation.loss(before, before.without(rooms.of(ask), set.bits()));
        return stranded + PARTNER * partners(node, set);
    }

    /** How many GPUs of the set have an NVLink to one that would stay free. */
    private static int partners(NodeState node, GpuSet set) {
        var left = node.free().minus(set);
        int count = 0;
        for (long rest = set.bits(); rest != 0; rest &= rest - 1) {
            var linked = node.topology().links().nvLinked(Long.numberOfTrailingZeros(rest));
            count += linked.and(left).isEmpty() ? 0 : 1;
        }
        return count;
    }

    /** Measures a share of one GPU. */
    public Breakdown share(NodeState node, GpuAsk ask, GpuAsk.Share share, int gpu) {
        var topology = node.topology();
        var set = GpuSet.of(gpu);
        return weighed(
                ask.intent(),
                node,
                new Breakdown(
                        share.milli(),
                        0,
                        weight(ask.conditions().rdma()) * nearness(topology, set),
                        LIGHT * (headroom(node, share, gpu) - 1),
                        -loss(node, ask, set),
                        0,
                        0));
    }

    /**
     * Measures a pod that asks no GPU: it should not take the CPU that GPUs need beside them. A node with GPUs counts
     * {@value #LIGHT} less than one without, so that it is taken only where that is full.
     */
    public Breakdown withoutGpu(NodeState node, GpuAsk ask) {
        double besideGpus = node.topology().usable().isEmpty() ? 0 : LIGHT;
        return new Breakdown(0, 0, 0, 0, -loss(node, ask, GpuSet.NONE) - besideGpus, 0, 0);
    }

    /** Whether slots for big pods may cost the ask anything, as the cluster stands now. */
    public boolean hasSlotPrices(GpuAsk ask) {
        return ask.intent() == Intent.PACK && fragmentation.hasPrices();
    }

    /** The number of the loss of slots for big pods that the placement means, for {@link #slots}. */
    public int slotLoss(NodeState node, GpuAsk ask, GpuSet set) {
        return fragmentation.slotLoss(rooms.of(node), rooms.of(ask), set.bits());
    }

    /** Numbers of losses are void once this has changed. */
    public int slotLossesKind() {
        return fragmentation.slotLossesKind();
    }

    /** What a loss of slots costs the cluster as it stands now, as a term of the score. */
    public double slots(int slotLoss) {
        return -fragmentation.slotCost(slotLoss);
    }

    private static Breakdown weighed(Intent intent, NodeState node, Breakdown b) {
        return switch (intent) {
            case PACK -> b;
            case FAST -> new Breakdown(FAST * b.bandwidth(), b.locality(), b.nic(), b.headroom(), b.loss(), 0, 0);
            case SPREAD -> new Breakdown(b.bandwidth(), b.locality(), b.nic(), b.headroom(), 0, 0, -1000 * busy(node));
        };
    }

    /** The part of a node's GPUs that somebody holds. */
    private static double busy(NodeState node) {
        int usable = node.topology().usable().count();
        return usable == 0 ? 1 : 1 - (double) node.free().count() / usable;
    }

    /** How much of a sixteenth of the GPU's memory stays unpromised beside the share, 0 to 1; 1 for shares of compute. */
    private static double headroom(NodeState node, GpuAsk.Share share, int gpu) {
        if (share.memoryBytes() == 0) {
            return 1;
        }
        double spare = Math.max(1, node.topology().gpus().get(gpu).memoryBytes() / 16.0);
        return Math.clamp((node.freeMemoryBytes(gpu) - share.memoryBytes()) / spare, 0, 1);
    }

    private static double weight(Conditions.NumaNeed need) {
        return need == Conditions.NumaNeed.ANY ? LIGHT : HEAVY;
    }

    private static double weight(Conditions.RdmaNeed need) {
        return need == Conditions.RdmaNeed.NONE ? 0 : HEAVY;
    }

    /** The part of the set that sits on its most common NUMA node, 0 to 1; 1 where nobody knows. */
    static double locality(NodeTopology topology, GpuSet set) {
        int most = 0;
        for (long rest = set.bits(); rest != 0; rest &= rest - 1) {
            int gpu = Long.numberOfTrailingZeros(rest);
            int numa = topology.gpus().get(gpu).numaNode();
            if (numa == Gpu.NO_NUMA) {
                return 1;
            }
            most = Math.max(most, topology.onNuma(numa).and(set).count());
        }
        return set.isEmpty() ? 1 : (double) most / set.count();
    }

    /** How near the set's farthest GPU is to its nearest RDMA card, 0 (none) to 1 (one switch). */
    static double nearness(NodeTopology topology, GpuSet set) {
        double farthest = 1;
        for (long rest = set.bits(); rest != 0; rest &= rest - 1) {
            int gpu = Long.numberOfTrailingZeros(rest);
            double nearest = 0;
            for (var nic : topology.nics()) {
                if (nic.rdma() && gpu < nic.paths().size()) {
                    nearest = Math.max(nearest, nearness(nic.paths().get(gpu)));
                }
            }
            farthest = Math.min(farthest, nearest);
        }
        return farthest;
    }

    // The same steps as PcieGeneration takes for links between GPUs; SYS is what crosses a Gen4 machine's sockets.
    private static double nearness(Crossing crossing) {
        return switch (crossing) {
            case PIX -> 1;
            case PXB -> 0.9;
            case PHB, NODE -> 0.7;
            case SYS -> 0.4;
        };
    }
}
