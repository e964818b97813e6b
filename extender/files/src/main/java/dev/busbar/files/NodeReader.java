package dev.busbar.files;

import dev.busbar.core.cluster.NodeFacts;
import dev.busbar.core.workload.Quantity;
import dev.busbar.core.workload.ResourceNames;
import dev.busbar.files.sources.NodeWords;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Reads Node objects. */
final class NodeReader {
    private static final Set<String> NODE = Set.of("apiVersion", "kind", "metadata", "spec", "status");

    private final ResourceNames names;

    NodeReader(ResourceNames names) {
        this.names = names;
    }

    NodeFacts read(Field node) {
        node.allowOnly(NODE);
        var metadata = node.at("metadata");
        return NodeFacts.of(
                metadata.at("name").requiredText(),
                allocatable(node.at("status")),
                metadata.at("labels").texts(),
                names);
    }

    NodeWords words(Field node) {
        var metadata = node.at("metadata");
        return new NodeWords(
                metadata.at("name").requiredText(),
                metadata.at("labels").texts(),
                metadata.at("annotations").texts());
    }

    /** What pods may have; a hand-written node may state its capacity alone. */
    private static Map<String, Long> allocatable(Field status) {
        var field = status.at("allocatable").isAbsent() ? status.at("capacity") : status.at("allocatable");
        if (field.isAbsent()) {
            throw new BadInput("status.allocatable is missing\nMaybe add it with cpu, memory and the GPU resource.");
        }
        var amounts = new HashMap<String, Long>();
        field.amounts()
                .forEach((name, text) -> amounts.put(
                        name,
                        Quantity.milli(text)
                                .orElseThrow(
                                        () -> field.at(name).bad("must be a Kubernetes quantity such as 8 or 64Gi"))));
        return amounts;
    }
}
