package dev.busbar.core.score;

import java.util.Arrays;

/** What is free on one node, in the numbers that scores are computed from. Immutable. */
public final class Room {
    private final int cpuMilli;
    private final int memoryMib;
    private final Product product;
    private final SetChoice sets;
    private final int[] milli;
    private final int freeMilli;
    private final int mostFree;
    private final long whole;
    private final long fingerprint;

    private Room(int cpuMilli, int memoryMib, Product product, SetChoice sets, int[] milli) {
        this.cpuMilli = cpuMilli;
        this.memoryMib = memoryMib;
        this.product = product;
        this.sets = sets;
        this.milli = milli;
        int sum = 0;
        int most = 0;
        long wholes = 0;
        long hash = mix(cpuMilli + ((long) product.id() << 32)) + mix(sets.identity() * 31L + milli.length);
        for (int gpu = 0; gpu < milli.length; gpu++) {
            sum += milli[gpu];
            most = Math.max(most, milli[gpu]);
            if (milli[gpu] == Shape.WHOLE) {
                wholes |= 1L << gpu;
            }
            // Interchangeable GPUs: the order does not count, so the node's value is found once for all orders.
            hash += mix(sets.isInterchangeable() ? milli[gpu] : milli[gpu] + (gpu + 1L) * 4096);
        }
        this.freeMilli = sum;
        this.mostFree = most;
        this.whole = wholes;
        this.fingerprint = mix(hash);
    }

    /** A node with these free milli per GPU; a broken GPU has 0. */
    public static Room of(int cpuMilli, int memoryMib, Product product, SetChoice sets, int... milli) {
        if (milli.length > Long.SIZE) {
            throw new IllegalArgumentException("a node has at most 64 GPUs, not " + milli.length);
        }
        return new Room(cpuMilli, memoryMib, product, sets, milli.clone());
    }

    /** An empty node. */
    public static Room empty(int cpuMilli, int memoryMib, Product product, SetChoice sets, int gpus) {
        var milli = new int[gpus];
        Arrays.fill(milli, Shape.WHOLE);
        return new Room(cpuMilli, memoryMib, product, sets, milli);
    }

    /** The room left once the pod has that set; 0 for a pod without GPUs. */
    public Room without(Shape shape, long set) {
        return shifted(shape, set, -1);
    }

    /** The room once the pod has given its set back. */
    public Room with(Shape shape, long set) {
        return shifted(shape, set, 1);
    }

    private Room shifted(Shape shape, long set, int sign) {
        int[] after = milli;
        if (set != 0) {
            after = milli.clone();
            int each = sign * shape.milliOn(product.memoryMib());
            for (long rest = set; rest != 0; rest &= rest - 1) {
                int gpu = Long.numberOfTrailingZeros(rest);
                // What fits by the byte may be a thousandth short once both are rounded.
                after[gpu] = Math.max(0, after[gpu] + each);
            }
        }
        return new Room(cpuMilli + sign * shape.cpuMilli(), memoryMib + sign * shape.memoryMib(), product, sets, after);
    }

    /** Whether CPU, memory, product and GPUs suffice. */
    public boolean fits(Shape shape) {
        if (shape.cpuMilli() > cpuMilli || shape.memoryMib() > memoryMib) {
            return false;
        }
        if (shape.gpus() == 0) {
            return true;
        }
        if (!shape.accepts(product.id())) {
            return false;
        }
        if (shape.isShare()) {
            return mostFree >= shape.milliOn(product.memoryMib());
        }
        return sets.choose(whole, shape.gpus(), shape.conditions()) != 0;
    }

    public int cpuMilli() {
        return cpuMilli;
    }

    public int memoryMib() {
        return memoryMib;
    }

    public Product product() {
        return product;
    }

    public SetChoice sets() {
        return sets;
    }

    public int gpus() {
        return milli.length;
    }

    public int milli(int gpu) {
        return milli[gpu];
    }

    /** Free milli of all GPUs together. */
    public int freeMilli() {
        return freeMilli;
    }

    /** The wholly free GPUs as a bit mask. */
    public long whole() {
        return whole;
    }

    void copyMilli(int[] into) {
        System.arraycopy(milli, 0, into, 0, milli.length);
    }

    /** The same for rooms of equal value, memory left out; differs otherwise but for one chance in 2^64. */
    long fingerprint() {
        return fingerprint;
    }

    /** A 64-bit finaliser (Stafford's variant 13): every input bit moves every output bit. */
    static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    /** A GPU product: a small number for the masks of {@link Shape}, and its memory where known, else 0. */
    public record Product(int id, int memoryMib) {
        public Product {
            if (id < 0 || id >= Long.SIZE) {
                throw new IllegalArgumentException("product id (%d) must be between 0 and 63".formatted(id));
            }
        }
    }
}
