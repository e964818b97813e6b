package dev.busbar.translator.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The keys and values that an encoder leaves to all layers of the decoder, each [batch, heads, length, width of a head]. */
record SourceCache(MarianShape shape) {
    static final String SCALES = "encoder.scales";

    private static final float LARGEST = 127;

    int tensors() {
        return 2 * shape.decoderLayers();
    }

    static String name(int tensor) {
        return "%d.encoder.%s".formatted(tensor / 2, tensor % 2 == 0 ? "key" : "value");
    }

    void giveFloats(GraphBuilder graph, String keysAndValues) {
        long[] sizes = new long[tensors()];
        Arrays.fill(sizes, shape.width());
        List<String> parts = graph.node(
                "",
                "Split",
                List.of(keysAndValues, graph.numbers(sizes)),
                tensors(),
                Map.of("axis", Attribute.of(-1L)));
        for (int i = 0; i < tensors(); i++) {
            String heads = graph.node("Reshape", parts.get(i), graph.numbers(0, 0, shape.heads(), shape.headWidth()));
            give(graph, i, DataType.FLOAT, "Transpose", List.of(heads), Map.of("perm", Attribute.of(new long[] {
                0, 2, 1, 3
            })));
        }
    }

    /** As 8-bit integers with a scale for each tensor; every row carries the scales, so that rows can be picked. */
    void giveIntegers(GraphBuilder graph, String keysAndValues) {
        String scales = scales(graph, keysAndValues);
        String tensors = graph.node("Reshape", keysAndValues, graph.numbers(0, 0, tensors(), shape.width()));
        String zeros = graph.weight(TensorData.ofBytes("cache_zeros", DataType.INT8, new byte[tensors()], tensors()));
        String integers =
                graph.node("QuantizeLinear", List.of(tensors, scales, zeros), Map.of("axis", Attribute.of(2L)));
        String heads =
                graph.node("Reshape", integers, graph.numbers(0, 0, tensors(), shape.heads(), shape.headWidth()));
        String turned =
                graph.node("Transpose", List.of(heads), Map.of("perm", Attribute.of(new long[] {2, 0, 3, 1, 4})));
        for (int i = 0; i < tensors(); i++) {
            give(graph, i, DataType.INT8, "Gather", List.of(turned, graph.number((long) i)), Map.of());
        }
        String batch = graph.node("Shape", List.of(keysAndValues), Map.of("end", Attribute.of(1L)));
        String all = graph.node("Concat", List.of(batch, graph.numbers(tensors())), Map.of("axis", Attribute.of(0L)));
        graph.output("present." + SCALES, graph.node("Expand", scales, all), DataType.FLOAT, "batch_size", tensors());
    }

    private void give(
            GraphBuilder graph,
            int tensor,
            DataType type,
            String operator,
            List<String> in,
            Map<String, Attribute> attributes) {
        String name = "present." + name(tensor);
        graph.add(new Node(name, "", operator, in, List.of(name), attributes));
        graph.declareOutput(name, type, "batch_size", shape.heads(), "encoder_sequence_length", shape.headWidth());
    }

    /** The largest absolute number of each tensor becomes 127. */
    private String scales(GraphBuilder graph, String keysAndValues) {
        String tensors = graph.node("Reshape", keysAndValues, graph.numbers(-1, tensors(), shape.width()));
        Map<String, Attribute> ofEach = Map.of("axes", Attribute.of(new long[] {0, 2}), "keepdims", Attribute.of(0L));
        String high = graph.node("ReduceMax", List.of(tensors), ofEach);
        String low = graph.node("ReduceMin", List.of(tensors), ofEach);
        String largest = graph.node("Max", high, graph.node("Neg", low), graph.number(1e-6f));
        return graph.node("Div", largest, graph.number(LARGEST));
    }

    /** In the step. */
    List<String> declare(GraphBuilder graph, DataType type) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < tensors(); i++) {
            names.add(graph.input(
                    "past_key_values." + name(i),
                    type,
                    "batch_size",
                    shape.heads(),
                    "encoder_sequence_length",
                    shape.headWidth()));
        }
        return names;
    }
}
