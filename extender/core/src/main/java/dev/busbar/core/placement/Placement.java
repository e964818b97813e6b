package dev.busbar.core.placement;

import dev.busbar.core.candidate.CandidateSets;
import dev.busbar.core.cluster.NodeState;
import dev.busbar.core.placement.TopologyManager.Admission;
import dev.busbar.core.placement.Verdict.Fits;
import dev.busbar.core.placement.Verdict.Never;
import dev.busbar.core.placement.Verdict.NotNow;
import dev.busbar.core.score.Bandwidth;
import dev.busbar.core.score.Yardstick;
import dev.busbar.core.topology.Allocator;
import dev.busbar.core.topology.GpuSet;
import dev.busbar.core.topology.Nic;
import dev.busbar.core.topology.NodeTopology;
import dev.busbar.core.workload.Conditions.RdmaNeed;
import dev.busbar.core.workload.GpuAsk;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The decision on one node: the very set that a pod would receive there, and its score.
 *
 * <p>Not thread-safe, as its yardstick is not.
 */
public final class Placement {
    private final Yardstick yardstick;
    private final Bandwidth bandwidth;
    private final HardConditions conditions;
    private final FreeSets sets;
    private final StockPlugin plugin = new StockPlugin();

    public Placement(Yardstick yardstick) {
        this.yardstick = yardstick;
        this.bandwidth = yardstick.bandwidth();
        this.conditions = new HardConditions(bandwidth);
        this.sets = new FreeSets(bandwidth, conditions);
    }

    public Verdict on(NodeState node, GpuAsk ask) {
        var admission = TopologyManager.admission(node, ask);
        var verdict = switch (ask.devices()) {
            case GpuAsk.None none -> new Fits(GpuSet.NONE, 0, yardstick.withoutGpu(node, ask));
            case GpuAsk.Whole whole -> whole(node, ask, whole, admission);
            case GpuAsk.Share share -> share(node, ask, share);
        };
        return verdict instanceof Fits ? admitted(verdict, admission) : verdict;
    }

    private static Verdict admitted(Verdict fits, Admission admission) {
        return switch (admission) {
            case Admission.Anywhere anywhere -> fits;
            case Admission.Aligned aligned -> fits;
            case Admission.RefusedNow now -> new NotNow(Reason.KUBELET_FREE);
            case Admission.RefusedAlways always -> new Never(Reason.KUBELET);
        };
    }

    /** Measures a set that was chosen before; empty when it is no longer free. */
    public Optional<Fits> measure(NodeState node, GpuAsk ask, GpuSet set) {
        if (!node.hasRoom(ask, set) || !stillServes(node.topology(), ask, set)) {
            return Optional.empty();
        }
        return Optional.of(
                switch (ask.devices()) {
                    case GpuAsk.None none -> new Fits(GpuSet.NONE, 0, yardstick.withoutGpu(node, ask));
                    case GpuAsk.Whole whole -> fits(node, ask, set);
                    case GpuAsk.Share share -> fits(node, ask, share, set.lowest());
                });
    }

    /** A link may have died, or the node gone into other hands, since the set was chosen. */
    private boolean stillServes(NodeTopology topology, GpuAsk ask, GpuSet set) {
        return !(ask.devices() instanceof GpuAsk.Whole whole)
                || (topology.allocator() == whole.allocator() && conditions.areMet(topology, ask.conditions(), set));
    }

    private Fits fits(NodeState node, GpuAsk ask, GpuAsk.Share share, int gpu) {
        return new Fits(GpuSet.of(gpu), Bandwidth.ALONE, yardstick.share(node, ask, share, gpu));
    }

    /** The same verdict with the price of the slots that it takes from the cluster as it stands now. */
    Verdict priced(NodeState node, GpuAsk ask, Verdict verdict) {
        if (!(verdict instanceof Fits fits) || !yardstick.hasSlotPrices(ask)) {
            return verdict;
        }
        return NodeVerdicts.withSlots(fits, yardstick.slots(yardstick.slotLoss(node, ask, fits.gpus())));
    }

    Yardstick yardstick() {
        return yardstick;
    }

    private Verdict whole(NodeState node, GpuAsk ask, GpuAsk.Whole whole, Admission admission) {
        var topology = node.topology();
        if (topology.gpus().isEmpty()) {
            return new Never(Reason.NO_GPUS);
        }
        if (topology.allocator() != whole.allocator()) {
            return new Never(wrongHand(topology.allocator()));
        }
        var wanted = HardConditions.wanted(topology, ask.conditions());
        if (wanted.count() < whole.count()) {
            return new Never(HardConditions.lacking(topology, ask.conditions(), wanted, whole.count()));
        }
        if (ask.conditions().rdma() == RdmaNeed.REQUIRE
                && topology.nics().stream().noneMatch(Nic::rdma)) {
            return new Never(Reason.RDMA);
        }
        var from = wanted.and(node.free()).and(aligned(topology, whole, admission));
        var choice = choose(node, ask, whole, from);
        if (choice != null) {
            return choice;
        }
        return refusal(node, ask, whole, wanted);
    }

    /** The GPUs among which the kubelet would let the device plugin choose; all where we choose. */
    private static GpuSet aligned(NodeTopology topology, GpuAsk.Whole whole, Admission admission) {
        if (whole.allocator() != Allocator.DEVICE_PLUGIN || !(admission instanceof Admission.Aligned on)) {
            return topology.all();
        }
        var gpus = GpuSet.NONE;
        for (int i = 0; i < topology.numa().size(); i++) {
            if ((on.mask() & 1 << i) != 0) {
                gpus = gpus.plus(topology.onNuma(topology.numa().get(i).id()));
            }
        }
        return gpus.isEmpty() ? topology.all() : gpus;
    }

    private static Reason wrongHand(Allocator owner) {
        return owner == Allocator.DEVICE_PLUGIN ? Reason.DEVICE_PLUGIN_ONLY : Reason.BUSBAR_ONLY;
    }

    private @Nullable Fits choose(NodeState node, GpuAsk ask, GpuAsk.Whole whole, GpuSet from) {
        if (from.count() < whole.count()) {
            return null;
        }
        if (whole.allocator() == Allocator.DEVICE_PLUGIN) {
            var predicted = plugin.choice(node.topology().links(), from, whole.count());
            return conditions.areMet(node.topology(), ask.conditions(), predicted) ? fits(node, ask, predicted) : null;
        }
        Fits best = null;
        for (var set : sets.of(node.topology(), ask, whole.count(), from)) {
            best = better(best, fits(node, ask, set));
        }
        return best;
    }

    /** The one with the higher score, the first among equals. */
    private static Fits better(@Nullable Fits known, Fits other) {
        return known == null || other.terms().score() > known.terms().score() + 1e-9 ? other : known;
    }

    private Fits fits(NodeState node, GpuAsk ask, GpuSet set) {
        return new Fits(
                set, bandwidth.gigabytesPerSecond(node.topology().links(), set), yardstick.whole(node, ask, set));
    }

    /** Says why no free set will do, and whether the empty node would. */
    private Verdict refusal(NodeState node, GpuAsk ask, GpuAsk.Whole whole, GpuSet wanted) {
        var topology = node.topology();
        if (whole.allocator() == Allocator.DEVICE_PLUGIN) {
            var empty = plugin.choice(topology.links(), wanted, whole.count());
            var unmet = conditions.firstUnmet(topology, ask.conditions(), empty);
            return unmet == null ? new NotNow(whileHeld(node, ask, whole, wanted)) : new Never(unmet);
        }
        if (CandidateSets.count(wanted.count(), whole.count()) > FreeSets.MOST_SUBSETS) {
            var unmet = conditions.firstUnmet(
                    topology, ask.conditions(), bandwidth.best(topology.links(), wanted, whole.count()));
            return unmet == null ? new NotNow(whileHeld(node, ask, whole, wanted)) : new Never(unmet);
        }
        Reason unmet = null;
        for (var every = new CandidateSets(wanted, whole.count()); every.next(); ) {
            unmet = conditions.firstUnmet(topology, ask.conditions(), new GpuSet(every.bits()));
            if (unmet == null) {
                return new NotNow(whileHeld(node, ask, whole, wanted));
            }
        }
        return new Never(unmet == null ? Reason.TOO_FEW : unmet);
    }

    private Reason whileHeld(NodeState node, GpuAsk ask, GpuAsk.Whole whole, GpuSet wanted) {
        var free = wanted.and(node.free());
        if (free.count() < whole.count()) {
            return Reason.TOO_FEW_FREE;
        }
        var set = bandwidth.best(node.topology().links(), free, whole.count());
        var unmet = conditions.firstUnmet(node.topology(), ask.conditions(), set);
        return switch (unmet) {
            case NOT_LINKED -> Reason.NOT_LINKED_FREE;
            case NUMA -> Reason.NUMA_FREE;
            case null, default -> Reason.SLOW_FREE;
        };
    }

    private Verdict share(NodeState node, GpuAsk ask, GpuAsk.Share share) {
        var topology = node.topology();
        if (topology.gpus().isEmpty()) {
            return new Never(Reason.NO_GPUS);
        }
        if (topology.allocator() != Allocator.BUSBAR) {
            return new Never(wrongHand(topology.allocator()));
        }
        var wanted = HardConditions.wanted(topology, ask.conditions());
        if (wanted.isEmpty()) {
            return new Never(HardConditions.lacking(topology, ask.conditions(), wanted, 1));
        }
        if (ask.conditions().rdma() == RdmaNeed.REQUIRE
                && topology.nics().stream().noneMatch(Nic::rdma)) {
            return new Never(Reason.RDMA);
        }
        if (share.memoryBytes() > mostMemory(topology, wanted)) {
            return new Never(Reason.TOO_SMALL);
        }
        Fits best = null;
        for (int gpu : fullestFirst(node, wanted)) {
            if (node.hasRoom(share, gpu)) {
                best = better(best, fits(node, ask, share, gpu));
            }
        }
        return best == null ? new NotNow(Reason.NO_SHARE_FREE) : best;
    }

    /** Among equals the GPU with the least left is taken, and a wholly free one last: whole GPUs serve more asks. */
    private static int[] fullestFirst(NodeState node, GpuSet gpus) {
        var sorted = new int[gpus.count()];
        int count = 0;
        for (long rest = gpus.bits(); rest != 0; rest &= rest - 1) {
            int gpu = Long.numberOfTrailingZeros(rest);
            int place = count++;
            for (; place > 0 && isFuller(node, gpu, sorted[place - 1]); place--) {
                sorted[place] = sorted[place - 1];
            }
            sorted[place] = gpu;
        }
        return sorted;
    }

    private static boolean isFuller(NodeState node, int gpu, int other) {
        if (node.free().contains(gpu) != node.free().contains(other)) {
            return node.free().contains(other);
        }
        if (node.freeMemoryBytes(gpu) != node.freeMemoryBytes(other)) {
            return node.freeMemoryBytes(gpu) < node.freeMemoryBytes(other);
        }
        return node.freeMilli(gpu) < node.freeMilli(other);
    }

    private static long mostMemory(NodeTopology topology, GpuSet set) {
        long most = 0;
        for (long rest = set.bits(); rest != 0; rest &= rest - 1) {
            most = Math.max(
                    most, topology.gpus().get(Long.numberOfTrailingZeros(rest)).memoryBytes());
        }
        return most;
    }
}
