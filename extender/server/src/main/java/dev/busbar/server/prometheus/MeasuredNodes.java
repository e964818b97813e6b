package dev.busbar.server.prometheus;

import dev.busbar.core.cluster.ClusterSnapshot;
import dev.busbar.core.cluster.NodeUse;
import dev.busbar.core.cluster.NodeUse.Attribution;
import dev.busbar.core.topology.TopologySource;
import dev.busbar.server.prometheus.DcgmMemory.Sample;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which GPU of which node a sample speaks of: the one with its UUID, or where a node's UUIDs are not known the one with
 * its index on the node of its host's name.
 */
final class MeasuredNodes {
    private static final String HOST = "kubernetes.io/hostname";

    /** A node and the index of a GPU there. */
    private record Place(String node, int index) {}

    private final Map<String, Place> byUuid = new HashMap<>();
    private final Map<String, Integer> gpusByHost = new HashMap<>();
    private final Map<String, String> nodeOfHost = new HashMap<>();

    MeasuredNodes(ClusterSnapshot snapshot) {
        for (int i = 0; i < snapshot.size(); i++) {
            var node = snapshot.node(i);
            for (var gpu : node.topology().gpus()) {
                byUuid.put(gpu.uuid(), new Place(node.name(), gpu.index()));
            }
            if (isNumberedAsTheDriverDoes(node.topology().source())) {
                for (var host : List.of(node.name(), node.facts().labels().getOrDefault(HOST, node.name()))) {
                    nodeOfHost.put(host, node.name());
                    gpusByHost.put(host, node.topology().gpus().size());
                }
            }
        }
    }

    /** Sources without UUIDs whose GPUs have the driver's indices: counted from 0, none told from another. */
    private static boolean isNumberedAsTheDriverDoes(TopologySource source) {
        return source == TopologySource.LABELS || source == TopologySource.COUNT;
    }

    /** By node; the oldest sample says how old a node's word is. */
    Map<String, NodeUse> of(List<Sample> samples) {
        var gpus = new HashMap<String, List<NodeUse.GpuUse>>();
        var oldest = new HashMap<String, Instant>();
        for (var sample : samples) {
            var place = place(sample);
            if (place.index() >= 0) {
                gpus.computeIfAbsent(place.node(), _ -> new ArrayList<>())
                        .add(new NodeUse.GpuUse(place.index(), sample.usedBytes(), Map.of(), Attribution.TOTAL_ONLY));
                oldest.merge(place.node(), sample.at(), (a, b) -> a.isBefore(b) ? a : b);
            }
        }
        var uses = new HashMap<String, NodeUse>();
        gpus.forEach((node, measured) ->
                uses.put(node, NodeUse.monitored(oldest.getOrDefault(node, Instant.EPOCH), measured)));
        return uses;
    }

    private Place place(Sample sample) {
        var known = byUuid.get(sample.uuid());
        if (known != null) {
            return known;
        }
        boolean isThere = sample.index() < gpusByHost.getOrDefault(sample.host(), 0);
        return new Place(nodeOfHost.getOrDefault(sample.host(), ""), isThere ? sample.index() : -1);
    }
}
