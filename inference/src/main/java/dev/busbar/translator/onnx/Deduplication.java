package dev.busbar.translator.onnx;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Stores equal constants of a model once: exports often have the embedding twice. */
public final class Deduplication {
    private Deduplication() {}

    private record Key(DataType type, List<Long> shape, ByteString bytes) {}

    public static OnnxModel of(OnnxModel model) {
        Map<Key, String> firsts = new HashMap<>();
        Map<String, String> renamed = new HashMap<>();
        List<TensorData> kept = new ArrayList<>();
        for (TensorData tensor : model.graph().initializers()) {
            String first = firsts.putIfAbsent(new Key(tensor.type(), tensor.shape(), tensor.bytes()), tensor.name());
            if (first == null) {
                kept.add(tensor);
            } else {
                renamed.put(tensor.name(), first);
            }
        }
        return model.with(renamed(model.graph(), renamed, kept));
    }

    private static Graph renamed(Graph graph, Map<String, String> names, List<TensorData> initializers) {
        List<Node> nodes = graph.nodes().stream()
                .map(node -> node.withInputs(node.inputs().stream()
                                .map(input -> names.getOrDefault(input, input))
                                .toList())
                        .withSubgraphs(inner -> renamed(inner, names, inner.initializers())))
                .toList();
        return graph.with(nodes, initializers);
    }
}
