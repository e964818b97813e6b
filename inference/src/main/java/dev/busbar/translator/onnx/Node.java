package dev.busbar.translator.onnx;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** One operator with the values it takes and gives; an empty input name is an argument left out. */
public record Node(
        String name,
        String domain,
        String operator,
        List<String> inputs,
        List<String> outputs,
        Map<String, Attribute> attributes) {
    public Node {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        // Kept in order, so that a graph is written the same way each time.
        attributes = java.util.Collections.unmodifiableMap(new java.util.TreeMap<>(attributes));
    }

    public Optional<Attribute> attribute(String key) {
        return Optional.ofNullable(attributes.get(key));
    }

    public Node withInputs(List<String> others) {
        return new Node(name, domain, operator, others, outputs, attributes);
    }

    public Node withSubgraphs(java.util.function.UnaryOperator<Graph> change) {
        return new Node(
                name,
                domain,
                operator,
                inputs,
                outputs,
                attributes.entrySet().stream()
                        .collect(Collectors.toMap(Map.Entry::getKey, entry -> switch (entry.getValue()) {
                            case Attribute.OfGraph(Graph graph) -> new Attribute.OfGraph(change.apply(graph));
                            case Attribute other -> other;
                        })));
    }
}
