package dev.busbar.core.topology;

/** What a PCIe path between two devices crosses, from near to far, in the words of {@code nvidia-smi topo -m}. */
public enum Crossing {
    /** At most one PCIe bridge. */
    PIX,
    /** Several PCIe bridges, no host bridge. */
    PXB,
    /** One host bridge. */
    PHB,
    /** Several host bridges of one NUMA node. */
    NODE,
    /** The link between NUMA nodes. */
    SYS;

    public boolean nearerThan(Crossing other) {
        return compareTo(other) < 0;
    }
}
