package dev.busbar.server;

import dev.busbar.core.cluster.ClusterEvent;
import dev.busbar.core.cluster.ClusterEvent.NodeSeen;
import dev.busbar.core.cluster.ClusterEvent.TopologySeen;
import dev.busbar.core.cluster.NodeFacts;
import dev.busbar.core.topology.Allocator;
import dev.busbar.core.topology.NodeTopology;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Clusters and calls for tests. */
public final class Asks {
    private Asks() {}

    /** A node whose GPUs Busbar gives out; of their links nothing is known. */
    public static List<ClusterEvent> node(String name, int gpus) {
        var facts = new NodeFacts(name, 64_000, 256L << 30, 0, gpus, Map.of());
        return List.of(new NodeSeen(facts), new TopologySeen(name, NodeTopology.counted(gpus, Allocator.BUSBAR)));
    }

    public static List<ClusterEvent> nodes(int count, int gpus) {
        var events = new ArrayList<ClusterEvent>();
        for (int i = 0; i < count; i++) {
            events.addAll(node("node-" + i, gpus));
        }
        return events;
    }

    public static String pod(String name, int gpus) {
        return """
            {"metadata":{"name":"%s","namespace":"default","uid":"uid-%s"},
             "spec":{"containers":[{"resources":{"limits":{"busbar.dev/gpu":"%d"}}}]}}\
            """.formatted(name, name, gpus);
    }

    public static String args(String pod, String... nodes) {
        var names = nodes.length == 0 ? "" : "\"" + String.join("\",\"", nodes) + "\"";
        return "{\"Pod\":%s,\"Nodes\":null,\"NodeNames\":[%s]}".formatted(pod, names);
    }

    public static String bind(String pod, String node) {
        return "{\"PodName\":\"%s\",\"PodNamespace\":\"default\",\"PodUID\":\"uid-%s\",\"Node\":\"%s\"}"
                .formatted(pod, pod, node);
    }
}
