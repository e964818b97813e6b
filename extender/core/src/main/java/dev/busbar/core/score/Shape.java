package dev.busbar.core.score;

import dev.busbar.core.workload.Conditions;

/**
 * What a pod asks, reduced to what decides where it fits. A share of one GPU has one GPU and less than
 * {@value #WHOLE} milli, or memory of the GPU, or both; its size then depends on the GPU's product.
 *
 * @param products bit mask of the product ids the pod accepts, {@link #ANY_PRODUCT} for all
 * @param gpuMemoryMib memory of the one GPU a share asks, 0 for none
 * @param conditions what must hold of the set; its products stand in the mask
 */
public record Shape(
        int cpuMilli, int memoryMib, int gpus, int milli, int gpuMemoryMib, long products, Conditions conditions) {
    /** A whole GPU in thousandths. */
    public static final int WHOLE = 1000;

    public static final long ANY_PRODUCT = -1L;

    public Shape {
        if (cpuMilli < 0 || memoryMib < 0 || gpus < 0 || gpuMemoryMib < 0) {
            throw new IllegalArgumentException("a pod cannot ask less than nothing: cpu %d, memory %d, gpus %d"
                    .formatted(cpuMilli, memoryMib, gpus));
        }
        if (milli < 0 || milli > WHOLE || (gpus > 1 && milli < WHOLE)) {
            throw new IllegalArgumentException(
                    "a share (%d milli) is of one GPU, the pod asks %d".formatted(milli, gpus));
        }
    }

    /** Whole GPUs on any product, over any link. */
    public static Shape whole(int cpuMilli, int memoryMib, int gpus) {
        return new Shape(cpuMilli, memoryMib, gpus, gpus == 0 ? 0 : WHOLE, 0, ANY_PRODUCT, Conditions.NONE);
    }

    /** A share of one GPU of any product. */
    public static Shape share(int cpuMilli, int memoryMib, int milli) {
        return new Shape(cpuMilli, memoryMib, 1, milli, 0, ANY_PRODUCT, Conditions.NONE);
    }

    public boolean isShare() {
        return gpus == 1 && milli < WHOLE;
    }

    public boolean accepts(int product) {
        return (products >>> product & 1) != 0;
    }

    /** The share's size on a GPU with that much memory (0 = unknown): the larger of compute and memory. */
    public int milliOn(int productMemoryMib) {
        if (gpuMemoryMib == 0 || productMemoryMib == 0) {
            return milli;
        }
        return Math.max(milli, Math.ceilDiv(gpuMemoryMib * WHOLE, productMemoryMib));
    }

    /** The same ask whatever its memory: the mix counts these as one. */
    Shape withMemory(int mib) {
        return new Shape(cpuMilli, mib, gpus, milli, gpuMemoryMib, products, conditions);
    }
}
