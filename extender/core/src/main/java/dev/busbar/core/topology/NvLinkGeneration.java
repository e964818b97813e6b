package dev.busbar.core.topology;

/** An NVLink generation: effective GB/s of one lane in one direction (NCCL's constants), and the lanes of one GPU. */
public enum NvLinkGeneration {
    PASCAL(18.0, 4),
    VOLTA(20.0, 6),
    AMPERE(20.0, 12),
    /** The workstation and inference cards of the Ampere years (A40, A10, RTX A6000). */
    AMPERE_BRIDGE(12.0, 4),
    HOPPER(20.6, 18),
    BLACKWELL(40.1, 18);

    private final double laneGigabytesPerSecond;
    private final int lanesPerGpu;

    NvLinkGeneration(double laneGigabytesPerSecond, int lanesPerGpu) {
        this.laneGigabytesPerSecond = laneGigabytesPerSecond;
        this.lanesPerGpu = lanesPerGpu;
    }

    public double laneGigabytesPerSecond() {
        return laneGigabytesPerSecond;
    }

    public int lanesPerGpu() {
        return lanesPerGpu;
    }
}
