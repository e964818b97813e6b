package dev.busbar.core.score;

import dev.busbar.core.topology.GpuSet;
import dev.busbar.core.topology.LinkMatrix;
import java.util.HashMap;
import java.util.Map;

/**
 * What a node's free GPUs are worth to the whole-GPU asks to come, in thousandths of a GPU.
 *
 * <p>For each size of ask the free GPUs are filled by sets of that size, each time the best-linked one, and every set
 * counts size x 1000 x quality; the sum is weighted by how often that size is asked. So a pair that is broken, or four
 * GPUs that lie two and two across sockets, lose what they could have been.
 *
 * <p>Not thread-safe: one belongs to each {@code Scoring}.
 */
final class Potential {
    private final Bandwidth bandwidth;
    private final BestOfSize best;
    private final SizeMix mix;
    private final Map<LinkMatrix, Map<Long, Double>> worths = new HashMap<>();

    Potential(Bandwidth bandwidth, BestOfSize best, SizeMix mix) {
        this.bandwidth = bandwidth;
        this.best = best;
        this.mix = mix;
    }

    double of(LinkMatrix links, GpuSet free) {
        var known = worths.computeIfAbsent(links, matrix -> new HashMap<>());
        var worth = known.get(free.bits());
        if (worth == null) {
            worth = compute(links, free);
            known.put(free.bits(), worth);
        }
        return worth;
    }

    private double compute(LinkMatrix links, GpuSet free) {
        double sum = 0;
        for (int size = 1; size <= free.count(); size++) {
            double weight = mix.weight(size);
            if (weight > 0) {
                sum += weight * filled(links, free, size);
            }
        }
        return sum;
    }

    private double filled(LinkMatrix links, GpuSet free, int size) {
        double worth = 0;
        for (var rest = free; rest.count() >= size; ) {
            var set = bandwidth.best(links, rest, size);
            worth += size * 1000.0 * best.quality(bandwidth.gigabytesPerSecond(links, set), size);
            rest = rest.minus(set);
        }
        return worth;
    }
}
