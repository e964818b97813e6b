package dev.busbar.core.cluster;

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
}
