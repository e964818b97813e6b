package dev.busbar.core.cluster;

import dev.busbar.core.workload.ResourceNames;
import java.util.Map;

/**
 * What a Node object says.
 *
 * @param cpuMilli allocatable CPU in thousandths
 * @param devicePluginGpus whole GPUs that the stock device plugin advertises
 * @param busbarGpus whole GPUs that we advertise
 */
public record NodeFacts(
        String name,
        long cpuMilli,
        long memoryBytes,
        int devicePluginGpus,
        int busbarGpus,
        Map<String, String> labels) {
    public NodeFacts {
        labels = Map.copyOf(labels);
    }

    /** From a node's allocatable amounts, in thousandths by resource name. */
    public static NodeFacts of(
            String name, Map<String, Long> allocatable, Map<String, String> labels, ResourceNames names) {
        return new NodeFacts(
                name,
                Math.max(0, allocatable.getOrDefault("cpu", 0L)),
                Math.max(0, allocatable.getOrDefault("memory", 0L)) / 1000,
                count(allocatable, names.devicePlugin()),
                count(allocatable, names.whole()),
                labels);
    }

    private static int count(Map<String, Long> allocatable, String resource) {
        return Math.clamp(allocatable.getOrDefault(resource, 0L) / 1000, 0, Integer.MAX_VALUE);
    }
}
