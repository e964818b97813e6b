package dev.busbar.core.placement;

/**
 * Why a node can't serve a pod, in words that kube-scheduler shows the pod's owner. The texts are constant: one that
 * changes from try to try makes the scheduler try without pause.
 */
public enum Reason {
    NOT_KNOWN("Busbar does not know this node yet"),
    NO_GPUS("the node has no GPUs that Busbar knows of"),
    DEVICE_PLUGIN_ONLY("the device plugin gives out this node's GPUs; ask nvidia.com/gpu there"),
    BUSBAR_ONLY("Busbar gives out this node's GPUs; ask busbar.dev/gpu there"),
    PRODUCT("no GPU of the wanted product on the node"),
    TOO_FEW("the node has fewer GPUs than the pod asks"),
    TOO_SMALL("no GPU of the node has as much memory as the pod asks"),
    SLOW("no GPU set of that size on the node has the wanted bandwidth"),
    NOT_LINKED("no GPU set of that size on the node is joined by NVLink"),
    NUMA("no GPU set of that size lies on one NUMA node"),
    RDMA("the node has no RDMA network card"),
    TOO_FEW_FREE("too few free GPUs"),
    SLOW_FREE("no free GPU set has the wanted bandwidth"),
    NOT_LINKED_FREE("too few free GPUs on one NVLink island"),
    NUMA_FREE("too few free GPUs on one NUMA node"),
    NO_SHARE_FREE("no GPU has enough free memory or compute"),
    MALFORMED("the pod's GPU ask can't be read");

    private final String text;

    Reason(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }
}
