package dev.busbar.core.workload;

/** What weighs more for a pod: the cluster's later pods, or its own links. */
public enum Intent {
    /** Leave room for the pods to come; the default. */
    PACK,
    /** The best links now, whatever they cost the cluster. */
    FAST,
    /** Away from other GPU pods, for the sake of failures. */
    SPREAD
}
