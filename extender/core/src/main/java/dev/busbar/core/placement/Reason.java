package dev.busbar.core.placement;

import dev.busbar.core.workload.Demand.Flaw;

/**
 * Why a node can't serve a pod, in words that kube-scheduler shows the pod's owner. The texts are constant: one that
 * changes from try to try makes the scheduler try without pause.
 */
public enum Reason {
    NOT_KNOWN("Busbar does not know this node yet"),
    NO_GPUS("the node has no GPUs that Busbar knows of"),
    DEVICE_PLUGIN_ONLY("the device plugin gives out this node's GPUs; ask nvidia.com/gpu there"),
    BUSBAR_ONLY("Busbar gives out this node's GPUs; ask busbar.dev/gpu there"),
    MIG("the node's GPUs are not offered: MIG is enabled on them"),
    PRODUCT("no GPU of the wanted product on the node"),
    TOO_FEW("the node has fewer GPUs than the pod asks"),
    TOO_SMALL("no GPU of the node has as much memory as the pod asks"),
    SLOW("no GPU set of that size on the node has the wanted bandwidth"),
    NOT_LINKED("no GPU set of that size on the node is joined by NVLink"),
    NUMA("no GPU set of that size lies on one NUMA node"),
    KUBELET("the kubelet's topology manager would refuse the pod on this node"),
    RDMA("the node has no RDMA network card"),
    TOO_FEW_FREE("too few free GPUs"),
    SLOW_FREE("no free GPU set has the wanted bandwidth"),
    NOT_LINKED_FREE("too few free GPUs on one NVLink island"),
    NUMA_FREE("too few free GPUs on one NUMA node"),
    KUBELET_FREE("too little is free together for the kubelet's topology manager"),
    NO_SHARE_FREE("no GPU has enough free memory or compute"),
    BAD_COUNT(Flaw.COUNT.text()),
    BAD_SHARE(Flaw.SHARE.text()),
    BAD_MIXTURE(Flaw.MIXED.text()),
    BAD_MIN_BANDWIDTH(Flaw.MIN_BANDWIDTH.text()),
    BAD_LINK(Flaw.LINK.text()),
    BAD_NUMA(Flaw.NUMA.text()),
    BAD_RDMA(Flaw.RDMA.text()),
    BAD_PRODUCT(Flaw.PRODUCT.text()),
    BAD_INTENT(Flaw.INTENT.text()),
    UNKNOWN_KEY(Flaw.UNKNOWN_KEY.text()),
    BAD_AMOUNT(Flaw.AMOUNT.text());

    private final String text;

    Reason(String text) {
        this.text = text;
    }

    /** Why a pod whose words make no ask fits nowhere. */
    public static Reason of(Flaw flaw) {
        return switch (flaw) {
            case COUNT -> BAD_COUNT;
            case SHARE -> BAD_SHARE;
            case MIXED -> BAD_MIXTURE;
            case MIN_BANDWIDTH -> BAD_MIN_BANDWIDTH;
            case LINK -> BAD_LINK;
            case NUMA -> BAD_NUMA;
            case RDMA -> BAD_RDMA;
            case PRODUCT -> BAD_PRODUCT;
            case INTENT -> BAD_INTENT;
            case UNKNOWN_KEY -> UNKNOWN_KEY;
            case AMOUNT -> BAD_AMOUNT;
        };
    }

    public String text() {
        return text;
    }
}
