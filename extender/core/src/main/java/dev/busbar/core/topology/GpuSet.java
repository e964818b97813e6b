package dev.busbar.core.topology;

import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A set of GPUs of one node as a 64-bit value: bit i stands for the GPU with index i. */
public record GpuSet(long bits) {
    public static final int MAX_GPUS = 64;
    public static final GpuSet NONE = new GpuSet(0);

    public static GpuSet of(int... indices) {
        long bits = 0;
        for (int index : indices) {
            bits |= bit(index);
        }
        return new GpuSet(bits);
    }

    /** The GPUs 0 .. count - 1. */
    public static GpuSet first(int count) {
        if (count < 0 || count > MAX_GPUS) {
            throw new IllegalArgumentException("GPU count (%d) must be between 0 and %d".formatted(count, MAX_GPUS));
        }
        return count == 0 ? NONE : new GpuSet(-1L >>> (MAX_GPUS - count));
    }

    private static long bit(int index) {
        if (index < 0 || index >= MAX_GPUS) {
            throw new IllegalArgumentException(
                    "GPU index (%d) must be between 0 and %d".formatted(index, MAX_GPUS - 1));
        }
        return 1L << index;
    }

    public int count() {
        return Long.bitCount(bits);
    }

    public boolean isEmpty() {
        return bits == 0;
    }

    public boolean contains(int index) {
        return index >= 0 && index < MAX_GPUS && (bits & (1L << index)) != 0;
    }

    public boolean containsAll(GpuSet other) {
        return (other.bits & ~bits) == 0;
    }

    public boolean intersects(GpuSet other) {
        return (bits & other.bits) != 0;
    }

    public GpuSet with(int index) {
        return new GpuSet(bits | bit(index));
    }

    public GpuSet plus(GpuSet other) {
        return new GpuSet(bits | other.bits);
    }

    public GpuSet minus(GpuSet other) {
        return new GpuSet(bits & ~other.bits);
    }

    public GpuSet and(GpuSet other) {
        return new GpuSet(bits & other.bits);
    }

    /** The smallest index; the set must not be empty. */
    public int lowest() {
        if (bits == 0) {
            throw new IllegalStateException("an empty GPU set has no lowest index");
        }
        return Long.numberOfTrailingZeros(bits);
    }

    public void forEach(IntConsumer action) {
        for (long rest = bits; rest != 0; rest &= rest - 1) {
            action.accept(Long.numberOfTrailingZeros(rest));
        }
    }

    /** The indices in ascending order. */
    public IntStream indices() {
        return IntStream.range(0, MAX_GPUS).filter(this::contains);
    }

    /** As people write it: {@code {1,4}}. */
    @Override
    public String toString() {
        return indices().mapToObj(Integer::toString).collect(Collectors.joining(",", "{", "}"));
    }
}
