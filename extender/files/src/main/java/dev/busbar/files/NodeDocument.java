package dev.busbar.files;

import dev.busbar.core.cluster.NodeFacts;
import dev.busbar.core.workload.ResourceNames;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** Writes what we know of a Node object. */
final class NodeDocument {
    private NodeDocument() {}

    static Map<String, Object> of(NodeFacts node, ResourceNames names) {
        var metadata = new LinkedHashMap<String, Object>();
        metadata.put("name", node.name());
        if (!node.labels().isEmpty()) {
            metadata.put("labels", new TreeMap<>(node.labels()));
        }
        var allocatable = new LinkedHashMap<String, Object>();
        allocatable.put("cpu", node.cpuMilli() + "m");
        allocatable.put("memory", Long.toString(node.memoryBytes()));
        count(allocatable, names.devicePlugin(), node.devicePluginGpus());
        count(allocatable, names.whole(), node.busbarGpus());
        var document = new LinkedHashMap<String, Object>();
        document.put("apiVersion", "v1");
        document.put("kind", "Node");
        document.put("metadata", metadata);
        document.put("status", Map.of("allocatable", allocatable));
        return document;
    }

    private static void count(Map<String, Object> amounts, String resource, int gpus) {
        if (gpus > 0) {
            amounts.put(resource, Integer.toString(gpus));
        }
    }
}
