package dev.busbar.core.candidate;

import dev.busbar.core.topology.GpuSet;

/**
 * Walks through every subset of a given size of the free GPUs, each once, in ascending order of its bits, without
 * allocation:
 *
 * <pre>{@code
 * for (var sets = new CandidateSets(free, 4); sets.next(); ) use(sets.bits());
 * }</pre>
 */
public final class CandidateSets {
    private final long free;
    private final int size;
    private final long end;
    private long compact;
    private boolean begun;

    public CandidateSets(GpuSet free, int size) {
        this.free = free.bits();
        this.size = size;
        this.compact = GpuSet.first(Math.max(0, size)).bits();
        this.end = GpuSet.first(free.count()).bits();
    }

    /** Steps to the next set; false when there is none. */
    public boolean next() {
        if (size <= 0 || Long.bitCount(end) < size) {
            return false;
        }
        if (!begun) {
            begun = true;
            return true;
        }
        // Gosper's hack: the next larger number with as many one bits.
        long lowest = compact & -compact;
        long ripple = compact + lowest;
        if (ripple == 0) {
            return false;
        }
        compact = ripple | (((compact ^ ripple) >>> 2) >>> Long.numberOfTrailingZeros(lowest));
        return Long.compareUnsigned(compact, end) <= 0;
    }

    /** The set that {@link #next()} stepped to. */
    public long bits() {
        return Long.expand(compact, free);
    }

    /** How many subsets there are, held at the end of a long. */
    public static long count(int free, int size) {
        if (size < 0 || size > free) {
            return 0;
        }
        double count = 1;
        for (int i = 1; i <= Math.min(size, free - size); i++) {
            count = count * (free - i + 1) / i;
        }
        return Math.round(count);
    }
}
