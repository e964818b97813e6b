package dev.busbar.core.topology;

import java.util.Arrays;
import java.util.function.BiFunction;

/**
 * The links between the GPUs of one node: square and symmetric, one {@link Link} per pair. GPUs are numbered by
 * position.
 *
 * <p>Two matrices are equal when their links are, so that machines of one kind can share what is computed for one.
 */
public final class LinkMatrix {
    private final int size;
    private final Link[] pairs;
    private final Crossing[] crossings;
    private final double[] gigabytesPerSecond;
    private final long[] nvLinked;
    private final boolean switched;
    private final int hash;

    private LinkMatrix(int size, Link[] pairs, Crossing[] crossings, int lanesPerGpu) {
        this.size = size;
        this.pairs = pairs;
        this.crossings = crossings;
        this.gigabytesPerSecond = new double[size * size];
        this.nvLinked = new long[size];
        int most = 0;
        for (int a = 0; a < size; a++) {
            int lanes = 0;
            for (int b = 0; b < size; b++) {
                if (a == b) {
                    continue;
                }
                var link = pairs[a * size + b];
                gigabytesPerSecond[a * size + b] = link.gigabytesPerSecond();
                if (link instanceof Link.NvLink nv) {
                    nvLinked[a] |= 1L << b;
                    lanes += nv.lanes();
                }
            }
            most = Math.max(most, lanes);
        }
        this.switched = most > lanesPerGpu;
        this.hash = (Arrays.hashCode(pairs) * 31 + Arrays.hashCode(crossings)) * 31 + Boolean.hashCode(switched);
    }

    /**
     * The matrix whose link between a and b, a smaller than b, the function gives.
     *
     * @param lanesPerGpu NVLink lanes that leave one GPU: more of them towards all peers together can only be an
     *     NVSwitch
     */
    public static LinkMatrix of(int size, int lanesPerGpu, BiFunction<Integer, Integer, Link> link) {
        return of(size, lanesPerGpu, link, (a, b) -> Crossing.SYS);
    }

    /**
     * The same where the PCIe path is known of GPUs that NVLinks join, too.
     *
     * @param besideNvLink the path between a and b, asked only where an NVLink joins them
     */
    public static LinkMatrix of(
            int size,
            int lanesPerGpu,
            BiFunction<Integer, Integer, Link> link,
            BiFunction<Integer, Integer, Crossing> besideNvLink) {
        if (size < 0 || size > GpuSet.MAX_GPUS) {
            throw new IllegalArgumentException(
                    "GPU count (%d) must be between 0 and %d".formatted(size, GpuSet.MAX_GPUS));
        }
        var pairs = new Link[size * size];
        var crossings = new Crossing[size * size];
        for (int a = 0; a < size; a++) {
            for (int b = a + 1; b < size; b++) {
                var between = link.apply(a, b);
                pairs[a * size + b] = pairs[b * size + a] = between;
                crossings[a * size + b] = crossings[b * size + a] =
                        between instanceof Link.Pcie pcie ? pcie.crossing() : besideNvLink.apply(a, b);
            }
        }
        return new LinkMatrix(size, pairs, crossings, lanesPerGpu);
    }

    /** GPUs of which nothing more is known: each path is taken for the worst one. */
    public static LinkMatrix unknown(int size) {
        var worst = Link.Pcie.of(Crossing.SYS, PcieGeneration.GEN4);
        return of(size, Integer.MAX_VALUE, (a, b) -> worst);
    }

    public int size() {
        return size;
    }

    public Link link(int a, int b) {
        if (a == b) {
            throw new IllegalArgumentException("GPU %d has no link to itself".formatted(a));
        }
        return pairs[a * size + b];
    }

    /** The PCIe path between two different GPUs, also where an NVLink joins them; the worst where nobody tells. */
    public Crossing crossing(int a, int b) {
        return crossings[a * size + b];
    }

    /** Effective GB/s of one direction between two different GPUs. */
    public double gigabytesPerSecond(int a, int b) {
        return gigabytesPerSecond[a * size + b];
    }

    /** The GPUs that one GPU reaches by NVLink. */
    public GpuSet nvLinked(int gpu) {
        return new GpuSet(nvLinked[gpu]);
    }

    /** Whether the NVLinks run through switches: then any peers share one GPU's lanes. */
    public boolean switched() {
        return switched;
    }

    /** Whether each two GPUs of the set are joined by NVLink. */
    public boolean allNvLinked(GpuSet set) {
        for (long rest = set.bits(); rest != 0; rest &= rest - 1) {
            int gpu = Long.numberOfTrailingZeros(rest);
            if ((set.bits() & ~(1L << gpu) & ~nvLinked[gpu]) != 0) {
                return false;
            }
        }
        return true;
    }

    /** The GPUs joined by NVLink to this one, directly or through others, itself included. */
    public GpuSet island(int gpu) {
        long seen = 1L << gpu;
        long edge = seen;
        while (edge != 0) {
            long next = 0;
            for (long rest = edge; rest != 0; rest &= rest - 1) {
                next |= nvLinked[Long.numberOfTrailingZeros(rest)];
            }
            edge = next & ~seen;
            seen |= next;
        }
        return new GpuSet(seen);
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || (other instanceof LinkMatrix that
                        && hash == that.hash
                        && size == that.size
                        && switched == that.switched
                        && Arrays.equals(pairs, that.pairs)
                        && Arrays.equals(crossings, that.crossings));
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
