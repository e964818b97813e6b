package dev.busbar.benchmarks;

import dev.busbar.core.cluster.ClusterEvent;
import dev.busbar.core.cluster.ClusterEvent.NodeSeen;
import dev.busbar.core.cluster.ClusterEvent.PodBound;
import dev.busbar.core.cluster.ClusterEvent.PodEnded;
import dev.busbar.core.cluster.ClusterEvent.TopologySeen;
import dev.busbar.core.cluster.NodeFacts;
import dev.busbar.core.topology.NodeTopology;
import dev.busbar.core.workload.GpuAsk;
import dev.busbar.core.workload.Pod;
import dev.busbar.core.workload.PodKey;
import dev.busbar.core.workload.ResourceNames;
import dev.busbar.files.ClusterFolder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/** A cluster of machines with eight GPUs of the bundled kinds, of which one-GPU pods hold half, drawn at random. */
final class BigCluster {
    private static final List<String> KINDS = List.of("hgx-h100", "dgx-a100", "dgx-1v", "l40s");
    private static final int GPUS = 8;

    private final int nodes;
    private final List<NodeTopology> kinds;
    private final Random random = new Random(1);
    private final List<ClusterEvent> renewal = new ArrayList<>();

    BigCluster(int nodes) {
        this.nodes = nodes;
        this.kinds = KINDS.stream().map(BigCluster::machine).toList();
    }

    private static NodeTopology machine(String cluster) {
        return ClusterFolder.find(cluster, ResourceNames.DEFAULT).events().stream()
                .filter(TopologySeen.class::isInstance)
                .map(event -> ((TopologySeen) event).topology())
                .filter(topology -> topology.gpus().size() == GPUS)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("cluster %s has no node with 8 GPUs".formatted(cluster)));
    }

    /** As long as the names that clouds give. */
    static String name(int node) {
        return "gpu-node-zone-%c-pool-7f-%05d".formatted('a' + node % 3, node);
    }

    List<ClusterEvent> events() {
        var events = new ArrayList<ClusterEvent>();
        for (int node = 0; node < nodes; node++) {
            var topology = kinds.get(node % kinds.size());
            events.add(new NodeSeen(new NodeFacts(name(node), 128_000, 1L << 40, 0, GPUS, Map.of())));
            events.add(new TopologySeen(name(node), topology));
            var gpus = new ArrayList<>(IntStream.range(0, GPUS).boxed().toList());
            Collections.shuffle(gpus, random);
            for (int gpu : gpus.subList(0, GPUS / 2)) {
                var first = held("first", node, gpu);
                events.add(first);
                renewal.add(new PodEnded(first.pod().key().uid()));
                renewal.add(held("second", node, gpu));
            }
        }
        return events;
    }

    /** Each pod ends and another takes its GPU: after that, as many pods come as go, as in a cluster in balance. */
    List<ClusterEvent> renewal() {
        return renewal;
    }

    /** Some pod that holds this GPU. */
    private PodBound held(String generation, int node, int gpu) {
        var name = "%s-%d-%d".formatted(generation, node, gpu);
        var pod = Pod.of(new PodKey("load", name, name), GpuAsk.whole(1).beside(4000, 16L << 30));
        var uuid = kinds.get(node % kinds.size()).gpus().get(gpu).uuid();
        return new PodBound(pod, name(node), List.of(uuid), Instant.EPOCH);
    }
}
