package dev.busbar.testclusters;

/** What may run beside etcd and the API server. */
public enum Extra {
    /** The controllers: Deployments and Jobs make pods, namespaces and garbage go, service accounts exist. */
    CONTROLLER_MANAGER,
    /** KWOK plays the kubelet of every node: pods run, end and go. */
    KWOK,
    /** Pods of a PodGroup are scheduled together (the feature gate GenericWorkload, off by default). */
    GANGS,
    /** The API server writes down who asked what ({@link ControlPlane#auditLog}). */
    AUDIT,
    /** The API server passes metrics on to an adapter, and the HPA controller looks every two seconds. */
    AUTOSCALING
}
