package dev.busbar.translator.onnx;

import java.util.List;
import java.util.Optional;

/** Nodes in running order, the constants they use, and what goes in and out. */
public record Graph(
        String name, List<Node> nodes, List<TensorData> initializers, List<ValueInfo> inputs, List<ValueInfo> outputs) {
    public Graph {
        nodes = List.copyOf(nodes);
        initializers = List.copyOf(initializers);
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    public Optional<TensorData> initializer(String name) {
        return initializers.stream()
                .filter(tensor -> tensor.name().equals(name))
                .findFirst();
    }

    public Graph with(List<Node> otherNodes, List<TensorData> otherInitializers) {
        return new Graph(name, otherNodes, otherInitializers, inputs, outputs);
    }
}
