package dev.busbar.benchmarks;

import java.util.ArrayList;
import java.util.List;

/** Twenty kinds of pods, as kube-scheduler would send them. */
final class Shapes {
    private static final String POD = """
        {"metadata":{"name":"job-%1$s","namespace":"default","uid":"%1$s",\
        "resourceVersion":"221","generation":1,"creationTimestamp":"2026-11-24T02:27:50Z","labels":{"app":"train"},\
        "annotations":{%2$s}},"spec":{"containers":[{"name":"main","image":"registry.example/app:1",\
        "resources":{"limits":{%3$s},"requests":{"cpu":"4","memory":"16Gi",%3$s}},\
        "terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File",\
        "imagePullPolicy":"IfNotPresent"}],"restartPolicy":"Always","terminationGracePeriodSeconds":30,\
        "dnsPolicy":"ClusterFirst","securityContext":{},"schedulerName":"busbar-scheduler","tolerations":[\
        {"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute","tolerationSeconds":300},\
        {"key":"node.kubernetes.io/unreachable","operator":"Exists","effect":"NoExecute","tolerationSeconds":300}],\
        "priorityClassName":"low","priority":100,"enableServiceLinks":true,\
        "preemptionPolicy":"PreemptLowerPriority"},"status":{"phase":"Pending","qosClass":"Burstable"}}\
        """;

    private static final List<String> CONDITIONS = List.of(
            "\"note\":\"none\"",
            "\"busbar.dev/link\":\"nvlink\"",
            "\"busbar.dev/min-bandwidth\":\"40\"",
            "\"busbar.dev/numa\":\"prefer\"");

    private Shapes() {}

    /** Where a pod's own UID goes. */
    static final String UID = "UID-GOES-HERE";

    static List<String> pods() {
        var pods = new ArrayList<String>();
        for (var condition : CONDITIONS) {
            for (int gpus : new int[] {1, 2, 3, 4}) {
                pods.add(POD.formatted(UID, condition, "\"busbar.dev/gpu\":\"%d\"".formatted(gpus)));
            }
        }
        for (var share : List.of("8Gi", "16Gi", "20Gi")) {
            pods.add(POD.formatted(UID, CONDITIONS.getFirst(), "\"busbar.dev/gpu-memory\":\"%s\"".formatted(share)));
        }
        pods.add(POD.formatted(UID, CONDITIONS.getFirst(), "\"busbar.dev/gpu-milli\":\"500\""));
        return pods;
    }
}
