package dev.busbar.translator.onnx;

import java.util.Map;

/** An ONNX model: a graph and the operator sets it is written in. */
public record OnnxModel(long irVersion, Map<String, Long> operatorSets, Graph graph) {
    /** The operator sets of the graphs we write ourselves; the runtime's own operators are in com.microsoft. */
    public static OnnxModel of(Graph graph) {
        return new OnnxModel(8, Map.of("", 17L, "com.microsoft", 1L), graph);
    }

    public OnnxModel {
        operatorSets = Map.copyOf(operatorSets);
    }

    public OnnxModel with(Graph other) {
        return new OnnxModel(irVersion, operatorSets, other);
    }

    public OnnxModel withOperatorSet(String domain, long version) {
        var all = new java.util.HashMap<>(operatorSets);
        all.putIfAbsent(domain, version);
        return new OnnxModel(irVersion, all, graph);
    }
}
