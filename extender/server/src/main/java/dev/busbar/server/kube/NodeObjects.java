package dev.busbar.server.kube;

import dev.busbar.core.cluster.NodeFacts;
import dev.busbar.core.topology.Allocator;
import dev.busbar.core.workload.Quantity;
import dev.busbar.core.workload.ResourceNames;
import dev.busbar.files.sources.HamiSource;
import dev.busbar.files.sources.NodeWords;
import io.fabric8.kubernetes.api.model.Node;
import java.util.HashMap;
import java.util.Map;

/** Reads the API server's Node objects. */
final class NodeObjects {
    private final ResourceNames names;

    NodeObjects(ResourceNames names) {
        this.names = names;
    }

    NodeFacts read(Node node) {
        return NodeFacts.of(
                node.getMetadata().getName(),
                allocatable(node),
                PodObjects.texts(node.getMetadata().getLabels()),
                names);
    }

    /**
     * Who gives out the node's GPUs where nobody says so. The device plugin's resource stays in the node's status while
     * the plugin restarts, with nothing of it allocatable.
     */
    Allocator allocator(Node node) {
        var status = node.getStatus();
        boolean advertised = status != null
                && (PodObjects.amounts(status.getCapacity()).containsKey(names.devicePlugin())
                        || PodObjects.amounts(status.getAllocatable()).containsKey(names.devicePlugin()));
        return advertised ? Allocator.DEVICE_PLUGIN : Allocator.BUSBAR;
    }

    /** Of the annotations only those that a source reads: others are beats of hearts. */
    static NodeWords words(Node node) {
        var annotations = new HashMap<>(PodObjects.texts(node.getMetadata().getAnnotations()));
        annotations.keySet().retainAll(HamiSource.ANNOTATIONS);
        return new NodeWords(
                node.getMetadata().getName(),
                PodObjects.texts(node.getMetadata().getLabels()),
                annotations);
    }

    private static Map<String, Long> allocatable(Node node) {
        var amounts = new HashMap<String, Long>();
        if (node.getStatus() != null) {
            PodObjects.amounts(node.getStatus().getAllocatable())
                    .forEach((name, text) -> Quantity.milli(text).ifPresent(milli -> amounts.put(name, milli)));
        }
        return amounts;
    }
}
