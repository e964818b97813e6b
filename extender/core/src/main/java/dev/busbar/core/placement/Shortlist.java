package dev.busbar.core.placement;

import dev.busbar.core.candidate.CandidateSets;
import dev.busbar.core.score.Bandwidth;
import dev.busbar.core.topology.GpuSet;
import dev.busbar.core.topology.LinkMatrix;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Predicate;

/**
 * The sets that are worth measuring one by one where there are too many for that: those with the fastest best ring, and of
 * equally fast ones those that cut the least bandwidth to the GPUs left free.
 */
final class Shortlist {
    private static final int LENGTH = 16;

    private record Entry(GpuSet set, double speed, double cut) {
        static final Comparator<Entry> WORST_FIRST = Comparator.comparingDouble(Entry::speed)
                .thenComparing(Comparator.comparingDouble(Entry::cut).reversed())
                .thenComparing(
                        (a, b) -> Long.compareUnsigned(b.set().bits(), a.set().bits()));
    }

    private final LinkMatrix links;
    private final Bandwidth bandwidth;
    private final GpuSet free;
    private final double[] toFree;

    Shortlist(LinkMatrix links, Bandwidth bandwidth, GpuSet free) {
        this.links = links;
        this.bandwidth = bandwidth;
        this.free = free;
        this.toFree = new double[links.size()];
        for (int gpu = 0; gpu < toFree.length; gpu++) {
            toFree[gpu] = sum(gpu, free.bits());
        }
    }

    /** Those of a size that meet the condition, the best first. */
    List<GpuSet> of(int size, Predicate<GpuSet> condition) {
        var best = new PriorityQueue<>(Entry.WORST_FIRST);
        for (var sets = new CandidateSets(free, size); sets.next(); ) {
            var set = new GpuSet(sets.bits());
            double speed = bandwidth.bottleneck(links, set);
            var worst = best.peek();
            if (worst != null && best.size() == LENGTH && speed < worst.speed()) {
                continue;
            }
            double cut = cut(set);
            if (worst != null && best.size() == LENGTH && speed == worst.speed() && cut >= worst.cut()) {
                continue;
            }
            if (condition.test(set)) {
                best.add(new Entry(set, speed, cut));
                if (best.size() > LENGTH) {
                    best.poll();
                }
            }
        }
        return best.stream()
                .sorted(Entry.WORST_FIRST.reversed())
                .map(Entry::set)
                .toList();
    }

    /** GB/s between the set and the GPUs that stay free. */
    private double cut(GpuSet set) {
        double sum = 0;
        for (long rest = set.bits(); rest != 0; rest &= rest - 1) {
            int gpu = Long.numberOfTrailingZeros(rest);
            sum += toFree[gpu] - sum(gpu, set.bits());
        }
        return sum;
    }

    private double sum(int gpu, long others) {
        double sum = 0;
        for (long rest = others & ~(1L << gpu); rest != 0; rest &= rest - 1) {
            sum += links.gigabytesPerSecond(gpu, Long.numberOfTrailingZeros(rest));
        }
        return sum;
    }
}
