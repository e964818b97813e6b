package dev.busbar.core.topology;

/** What the kubelet does about NUMA: it may refuse a pod that the scheduler sent. */
public record KubeletPolicies(
        TopologyManager topologyManager, Scope scope, boolean exclusiveCpus, boolean exclusiveMemory) {
    public static final KubeletPolicies DEFAULT =
            new KubeletPolicies(TopologyManager.NONE, Scope.CONTAINER, false, false);

    /** The topology manager's policy. */
    public enum TopologyManager {
        NONE,
        BEST_EFFORT,
        RESTRICTED,
        SINGLE_NUMA_NODE
    }

    /** What the topology manager aligns. */
    public enum Scope {
        CONTAINER,
        POD
    }
}
