package dev.busbar.core.workload;

/**
 * The resource names under which pods ask for GPUs. An empty name is never asked.
 *
 * @param devicePlugin whole GPUs that the stock device plugin gives out
 * @param whole whole GPUs that we give out
 * @param shareMemory a share of one GPU in bytes
 * @param shareMilli a share of one GPU in thousandths of its compute
 * @param shareMemoryMebibytes a share of one GPU in MiB, as HAMi counts it
 * @param sharePercent a share of one GPU in hundredths of its compute, as HAMi counts it
 * @param contextBytes what a share by memory takes beyond the memory that its pod asks, for its CUDA context
 */
public record ResourceNames(
        String devicePlugin,
        String whole,
        String shareMemory,
        String shareMilli,
        String shareMemoryMebibytes,
        String sharePercent,
        long contextBytes) {
    public static final ResourceNames DEFAULT = new ResourceNames(
            "nvidia.com/gpu", "busbar.dev/gpu", "busbar.dev/gpu-memory", "busbar.dev/gpu-milli", "", "", 0);
}
