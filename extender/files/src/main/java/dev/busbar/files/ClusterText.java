package dev.busbar.files;

import dev.busbar.core.cluster.ClusterState;
import dev.busbar.core.cluster.Holding;
import dev.busbar.core.cluster.NodeState;
import dev.busbar.core.topology.Allocator;
import dev.busbar.core.topology.NodeTopology;
import dev.busbar.core.workload.Demand;
import dev.busbar.core.workload.Pod;
import dev.busbar.core.workload.ResourceNames;
import dev.busbar.files.gputopology.GpuTopologyCodec;
import java.util.HashSet;
import java.util.Set;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/**
 * A cluster's state as the YAML of a cluster folder: {@link ClusterFolder} reads it back to an equal state.
 *
 * <p>A claim is no object, so a pod that was only promised a node is written as one that waits. A pod whose Binding is
 * under way is written with its node and its GPUs: that is how the cluster is about to be. A pod whose ask can't be read
 * is a comment, since a cluster folder refuses it. Whoever described a node's GPUs, they are written as a GpuTopology.
 */
public final class ClusterText {
    private static final JsonMapper JSON = new JsonMapper();
    // Every text is quoted: a label's value may look like a number.
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .disable(YAMLWriteFeature.SPLIT_LINES)
            .enable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
            .build();

    private final StringBuilder text = new StringBuilder();
    private final Set<String> written = new HashSet<>();
    private final PodDocument pods;
    private final ResourceNames names;

    private ClusterText(ResourceNames names) {
        this.names = names;
        this.pods = new PodDocument(names);
    }

    public static String of(ClusterState state, ResourceNames names) {
        // In this order: a pod that is bound in between is in both, and its node's word counts.
        var waiting = state.waiting();
        var snapshot = state.snapshot();
        var writer = new ClusterText(names);
        for (int i = 0; i < snapshot.size(); i++) {
            writer.node(snapshot.node(i));
        }
        waiting.forEach(pod -> writer.pod(pod, () -> writer.add(writer.pods.waiting(pod))));
        return writer.text.toString();
    }

    private void node(NodeState node) {
        add(NodeDocument.of(node.facts(), names));
        if (isTold(node.topology())) {
            add(JSON.readTree(GpuTopologyCodec.toJson(TopologyDocument.of(node))));
        }
        for (var holding : node.holdings()) {
            if (!(holding instanceof Holding.Claimed)) {
                pod(holding.pod(), () -> add(pods.on(node, holding)));
            }
        }
    }

    /** Whether the Node object alone does not say as much: its labels and its counts are written with it. */
    private static boolean isTold(NodeTopology topology) {
        return switch (topology.source()) {
            case GPU_TOPOLOGY, HAMI, NODE_RESOURCE_TOPOLOGY, RESOURCE_SLICE -> true;
            case COUNT -> topology.allocator() != Allocator.DEVICE_PLUGIN;
            case LABELS, NONE -> false;
        };
    }

    private void pod(Pod pod, Runnable write) {
        if (!written.add(pod.key().display())) {
            return;
        }
        if (pod.demand() instanceof Demand.Malformed malformed) {
            text.append("# Pod %s is left out: %s\n"
                    .formatted(
                            JSON.writeValueAsString(pod.key().display()),
                            malformed.flaw().text()));
        } else {
            write.run();
        }
    }

    private void add(Object document) {
        text.append(YAML.writeValueAsString(document));
    }
}
