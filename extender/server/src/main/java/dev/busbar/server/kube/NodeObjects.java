package dev.busbar.server.kube;

import dev.busbar.core.cluster.NodeFacts;
import dev.busbar.core.workload.Quantity;
import dev.busbar.core.workload.ResourceNames;
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

    private static Map<String, Long> allocatable(Node node) {
        var amounts = new HashMap<String, Long>();
        if (node.getStatus() != null) {
            PodObjects.amounts(node.getStatus().getAllocatable())
                    .forEach((name, text) -> Quantity.milli(text).ifPresent(milli -> amounts.put(name, milli)));
        }
        return amounts;
    }
}
