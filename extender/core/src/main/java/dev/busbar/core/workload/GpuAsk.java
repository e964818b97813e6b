package dev.busbar.core.workload;

import dev.busbar.core.topology.Allocator;
import dev.busbar.core.topology.GpuSet;

/**
 * What a pod asks of a node: devices, the CPU and memory beside them, and conditions. Pods whose asks are equal are
 * interchangeable for the decision.
 */
public record GpuAsk(Devices devices, long cpuMilli, long memoryBytes, Conditions conditions, Intent intent) {
    /** Thousandths of one GPU. */
    public static final int MILLI_PER_GPU = 1000;

    /** The GPUs themselves. */
    public sealed interface Devices {}

    /** No GPU. */
    public record None() implements Devices {}

    /** Whole GPUs. */
    public record Whole(int count, Allocator allocator) implements Devices {
        public Whole {
            if (count < 1 || count > GpuSet.MAX_GPUS) {
                throw new IllegalArgumentException(
                        "GPU count (%d) must be between 1 and %d".formatted(count, GpuSet.MAX_GPUS));
            }
        }
    }

    /** A share of one GPU, by memory, by thousandths of its compute, or both; what is not asked is 0. */
    public record Share(long memoryBytes, int milli) implements Devices {
        public Share {
            if (memoryBytes < 0 || milli < 0 || milli > MILLI_PER_GPU || (memoryBytes == 0 && milli == 0)) {
                throw new IllegalArgumentException("a share must ask memory or 1 to %d milli, not %d bytes and %d milli"
                        .formatted(MILLI_PER_GPU, memoryBytes, milli));
            }
        }
    }

    public static final Devices NO_GPU = new None();

    public static GpuAsk whole(int count) {
        return new GpuAsk(new Whole(count, Allocator.BUSBAR), 0, 0, Conditions.NONE, Intent.PACK);
    }

    public static GpuAsk share(long memoryBytes, int milli) {
        return new GpuAsk(new Share(memoryBytes, milli), 0, 0, Conditions.NONE, Intent.PACK);
    }

    public static GpuAsk none(long cpuMilli, long memoryBytes) {
        return new GpuAsk(NO_GPU, cpuMilli, memoryBytes, Conditions.NONE, Intent.PACK);
    }

    public GpuAsk with(Conditions other) {
        return new GpuAsk(devices, cpuMilli, memoryBytes, other, intent);
    }

    public GpuAsk with(Intent other) {
        return new GpuAsk(devices, cpuMilli, memoryBytes, conditions, other);
    }

    public GpuAsk beside(long cpu, long memory) {
        return new GpuAsk(devices, cpu, memory, conditions, intent);
    }

    /** GPUs whose links count: 0 without a GPU, 1 for a share. */
    public int gpuCount() {
        return switch (devices) {
            case None none -> 0;
            case Whole whole -> whole.count();
            case Share share -> 1;
        };
    }

    /** What the ask weighs in thousandths of a GPU; a share by memory alone weighs 0 until a GPU is known. */
    public int milli() {
        return switch (devices) {
            case None none -> 0;
            case Whole whole -> whole.count() * MILLI_PER_GPU;
            case Share share -> share.milli();
        };
    }
}
