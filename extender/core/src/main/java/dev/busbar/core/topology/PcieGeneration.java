package dev.busbar.core.topology;

/**
 * A PCIe generation at 16 lanes, in effective GB/s of one direction.
 *
 * <p>PIX and SYS are NCCL's own constants (SYS: Broadwell, Skylake and Sapphire Rapids sockets, the hosts of their
 * time). That PXB costs a tenth and PHB or NODE three tenths is an assumption: no published figure was found.
 */
public enum PcieGeneration {
    GEN3(12, 6),
    GEN4(24, 10),
    GEN5(48, 22);

    private final double pix;
    private final double sys;

    PcieGeneration(double pix, double sys) {
        this.pix = pix;
        this.sys = sys;
    }

    public double gigabytesPerSecond(Crossing crossing) {
        return switch (crossing) {
            case PIX -> pix;
            case PXB -> 0.9 * pix;
            case PHB, NODE -> 0.7 * pix;
            case SYS -> sys;
        };
    }
}
