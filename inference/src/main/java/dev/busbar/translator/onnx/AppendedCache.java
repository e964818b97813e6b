package dev.busbar.translator.onnx;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Floats that come out of every step a position longer: what the runtime's operators do on all devices. */
final class AppendedCache implements DecoderCache {
    private final MarianShape shape;
    private final SourceCache source;
    private String bias = "";

    AppendedCache(MarianShape shape) {
        this.shape = shape;
        source = new SourceCache(shape);
    }

    @Override
    public void give(GraphBuilder graph, String keysAndValues) {
        source.giveFloats(graph, keysAndValues);
    }

    @Override
    public String open(GraphBuilder graph, String mask) {
        DecoderCache.declareOwn(graph, shape, "past_length");
        source.declare(graph, DataType.FLOAT);
        String floats = graph.node("Cast", List.of(mask), Map.of("to", Attribute.of(1L)));
        String wide = graph.node("Unsqueeze", floats, graph.numbers(1, 2));
        bias = graph.node("Mul", graph.node("Sub", graph.number(1f), wide), graph.number(-1e9f));
        return graph.node(
                "Gather",
                List.of(graph.node("Shape", "past_key_values.0.decoder.key"), graph.numbers(2)),
                Map.of("axis", Attribute.of(0L)));
    }

    @Override
    public String attendOwn(GraphBuilder graph, int layer, String queriesKeysValues) {
        long[] sizes = new long[3];
        Arrays.fill(sizes, shape.width());
        List<String> parts = graph.node(
                "", "Split", List.of(queriesKeysValues, graph.numbers(sizes)), 3, Map.of("axis", Attribute.of(-1L)));
        String key = "%d.decoder.key".formatted(layer);
        String value = "%d.decoder.value".formatted(layer);
        List<String> present = List.of("present." + key, "present." + value);
        graph.add(new Node(
                "own_attention." + layer,
                FusedGraphs.RUNTIME,
                "MultiHeadAttention",
                List.of(
                        parts.get(0),
                        parts.get(1),
                        parts.get(2),
                        "",
                        "",
                        "",
                        "past_key_values." + key,
                        "past_key_values." + value),
                List.of("own_mix." + layer, present.get(0), present.get(1)),
                Map.of("num_heads", Attribute.of((long) shape.heads()))));
        for (String name : present) {
            graph.declareOutput(name, DataType.FLOAT, "batch_size", shape.heads(), "length", shape.headWidth());
        }
        return "own_mix." + layer;
    }

    @Override
    public String attendSource(GraphBuilder graph, int layer, String queries) {
        return graph.node(
                        FusedGraphs.RUNTIME,
                        "MultiHeadAttention",
                        List.of(
                                queries,
                                "past_key_values." + SourceCache.name(2 * layer),
                                "past_key_values." + SourceCache.name(2 * layer + 1),
                                "",
                                "",
                                bias),
                        1,
                        Map.of("num_heads", Attribute.of((long) shape.heads())))
                .getFirst();
    }
}
