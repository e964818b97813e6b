package dev.busbar.core.topology;

/** Who gives out a node's GPUs: one hand per node. */
public enum Allocator {
    /** The kubelet and the stock device plugin; we predict what they choose. */
    DEVICE_PLUGIN,
    /** We do; the pod is told by annotation. */
    BUSBAR
}
