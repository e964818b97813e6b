package dev.busbar.files.sources;

import dev.busbar.files.gputopology.Fabric;
import java.util.List;

/** Labels that name a node's NVLink domain and its rack, newest convention first. */
public final class FabricLabels {

    private static final String CLIQUE = "nvidia.com/gpu.clique";
    private static final List<String> DOMAINS = List.of(
            "accelerator.topograph.run/domain",
            "network.topology.nvidia.com/accelerator",
            "cloud.google.com/gce-topology-subblock",
            "ds.coreweave.com/nvlink.domain");
    // Nearest first: Topograph counts from the node up, Amazon's layers from the spine down.
    private static final List<String> RACKS = List.of(
            "fabric.topograph.run/tier-0",
            "network.topology.nvidia.com/leaf",
            "network.topology.nvidia.com/block",
            "topology.k8s.aws/network-node-layer-4",
            "topology.k8s.aws/network-node-layer-3",
            "backend.coreweave.cloud/leafgroup",
            "cloud.google.com/gce-topology-block",
            "cloud.provider.com/topology-rack",
            "topology.kubernetes.io/rack");

    private FabricLabels() {}

    /** The clique is the finest truth: a rack may be split into several. */
    public static Fabric read(NodeWords words) {
        var clique = words.label(CLIQUE);
        int dot = clique.lastIndexOf('.');
        if (dot > 0) {
            return new Fabric(clique, clique.substring(0, dot));
        }
        return new Fabric("", first(words, DOMAINS));
    }

    public static String rack(NodeWords words) {
        return first(words, RACKS);
    }

    public static String zone(NodeWords words) {
        return words.label("topology.kubernetes.io/zone");
    }

    private static String first(NodeWords words, List<String> names) {
        return names.stream()
                .map(words::label)
                .filter(value -> !value.isEmpty())
                .findFirst()
                .orElse("");
    }
}
