package dev.busbar.translator.onnx;

import dev.busbar.translator.onnx.MarianShape.Activation;
import dev.busbar.translator.onnx.MarianShape.Norm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * An encoder-decoder model written anew in the runtime's fused operators, in three graphs.
 *
 * <p>The encoder gives the cross-attention's keys and values at once, so that one step graph serves the first step and all
 * others, and no weight is stored twice. The step ends before the output layer, which is a graph of its own: over the
 * whole vocabulary, or over a shortlist of words.
 */
public final class FusedGraphs {
    private static final String RUNTIME = "com.microsoft";

    private final MarianShape shape;
    private final Weights weights;
    private final Products products;
    private GraphBuilder graph = new GraphBuilder("none");

    /** What the weights of products are. */
    public enum Products {
        INT8,
        FP32
    }

    public FusedGraphs(MarianShape shape, Weights weights, Products products) {
        this.shape = shape;
        this.weights = weights;
        this.products = products;
    }

    public OnnxModel encoder() {
        graph = new GraphBuilder("encoder");
        String tokens = graph.input("input_ids", DataType.INT64, "batch_size", "encoder_sequence_length");
        String mask = graph.input("attention_mask", DataType.INT64, "batch_size", "encoder_sequence_length");
        String values = embed(tokens, graph.numbers(0));
        String padding = graph.node("Cast", List.of(mask), Map.of("to", Attribute.of((long) DataType.INT32.code())));
        for (int i = 0; i < shape.encoderLayers(); i++) {
            String layer = "encoder.layers." + i;
            String in = before(layer + ".self_attn_layer_norm", values);
            List<String> qkv = split(product(in, layer + ".self_attn", "q_proj", "k_proj", "v_proj"), 3);
            String mixed = attention(List.of(qkv.get(0), qkv.get(1), qkv.get(2), "", padding), 1)
                    .getFirst();
            String attended = product(mixed, layer + ".self_attn", "out_proj");
            values = after(layer + ".self_attn_layer_norm", values, attended);
            values = feedForward(layer, values);
        }
        if (shape.norm() == Norm.BEFORE) {
            values = normalize("encoder.layer_norm", values);
        }
        crossCache(values);
        return OnnxModel.of(graph.build());
    }

    /** All layers' keys and values of the source by one product. */
    private void crossCache(String values) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < shape.decoderLayers(); i++) {
            names.add("decoder.layers.%d.encoder_attn.k_proj".formatted(i));
            names.add("decoder.layers.%d.encoder_attn.v_proj".formatted(i));
        }
        List<String> parts = split(productOf(values, names), names.size());
        for (int i = 0; i < names.size(); i++) {
            String name = "present.%d.encoder.%s".formatted(i / 2, i % 2 == 0 ? "key" : "value");
            String heads = graph.node("Reshape", parts.get(i), graph.numbers(0, 0, shape.heads(), shape.headWidth()));
            graph.add(new Node(
                    name, "", "Transpose", List.of(heads), List.of(name), Map.of("perm", Attribute.of(new long[] {
                        0, 2, 1, 3
                    }))));
            graph.declareOutput(
                    name, DataType.FLOAT, "batch_size", shape.heads(), "encoder_sequence_length", shape.headWidth());
        }
    }

    public OnnxModel step() {
        graph = new GraphBuilder("step");
        String tokens = graph.input("input_ids", DataType.INT64, "batch_size", 1);
        String mask = graph.input("encoder_attention_mask", DataType.INT64, "batch_size", "encoder_sequence_length");
        for (int i = 0; i < shape.decoderLayers(); i++) {
            for (String part : List.of("key", "value")) {
                graph.input(
                        "past_key_values.%d.decoder.%s".formatted(i, part),
                        DataType.FLOAT,
                        "batch_size",
                        shape.heads(),
                        "past_length",
                        shape.headWidth());
            }
            for (String part : List.of("key", "value")) {
                graph.input(
                        "past_key_values.%d.encoder.%s".formatted(i, part),
                        DataType.FLOAT,
                        "batch_size",
                        shape.heads(),
                        "encoder_sequence_length",
                        shape.headWidth());
            }
        }
        String past = graph.node(
                "Gather",
                List.of(graph.node("Shape", "past_key_values.0.decoder.key"), graph.numbers(2)),
                Map.of("axis", Attribute.of(0L)));
        String values = embed(tokens, past);
        String bias = maskBias(mask);
        for (int i = 0; i < shape.decoderLayers(); i++) {
            values = decoderLayer(i, values, bias);
        }
        if (shape.norm() == Norm.BEFORE) {
            values = normalize("decoder.layer_norm", values);
        }
        graph.add(new Node(
                "hidden",
                "",
                "Reshape",
                List.of(values, graph.numbers(-1, shape.width())),
                List.of("hidden"),
                Map.of()));
        graph.declareOutput("hidden", DataType.FLOAT, "batch_size", shape.width());
        return OnnxModel.of(graph.build());
    }

    private String decoderLayer(int i, String values, String bias) {
        String layer = "decoder.layers." + i;
        String self = layer + ".self_attn";
        String in = before(self + "_layer_norm", values);
        List<String> qkv = split(product(in, self, "q_proj", "k_proj", "v_proj"), 3);
        String key = "present.%d.decoder.key".formatted(i);
        String value = "present.%d.decoder.value".formatted(i);
        String mixed = "own_mix." + i;
        graph.add(new Node(
                "own_attention." + i,
                RUNTIME,
                "MultiHeadAttention",
                List.of(
                        qkv.get(0),
                        qkv.get(1),
                        qkv.get(2),
                        "",
                        "",
                        "",
                        "past_key_values.%d.decoder.key".formatted(i),
                        "past_key_values.%d.decoder.value".formatted(i)),
                List.of(mixed, key, value),
                Map.of("num_heads", Attribute.of((long) shape.heads()))));
        for (String name : List.of(key, value)) {
            graph.declareOutput(name, DataType.FLOAT, "batch_size", shape.heads(), "length", shape.headWidth());
        }
        String sum = after(self + "_layer_norm", values, product(mixed, self, "out_proj"));

        String cross = layer + ".encoder_attn";
        String query = product(before(cross + "_layer_norm", sum), cross, "q_proj");
        String crossed = attention(
                        List.of(
                                query,
                                "past_key_values.%d.encoder.key".formatted(i),
                                "past_key_values.%d.encoder.value".formatted(i),
                                "",
                                "",
                                bias),
                        1)
                .getFirst();
        return feedForward(layer, after(cross + "_layer_norm", sum, product(crossed, cross, "out_proj")));
    }

    private String embed(String tokens, String first) {
        String words = switch (products) {
            case FP32 -> graph.node("Gather", graph.weight(weights.get("shared.weight")), tokens);
            case INT8 -> {
                Quantizer.Rows rows = Quantizer.rows(weights.get("shared.weight"));
                String integers = graph.node("Gather", graph.weight(rows.values()), tokens);
                String scales = graph.node("Gather", graph.weight(rows.scales()), tokens);
                String floats = graph.node("Cast", List.of(integers), Map.of("to", Attribute.of(1L)));
                yield graph.node("Mul", floats, graph.node("Unsqueeze", scales, graph.numbers(-1)));
            }
        };
        String scaled = graph.node("Mul", words, graph.number((float) Math.sqrt(shape.width())));
        String length = graph.node(
                "Gather", List.of(graph.node("Shape", tokens), graph.numbers(1)), Map.of("axis", Attribute.of(0L)));
        String end = graph.node("Add", first, length);
        String positions = graph.node("Slice", graph.weight(weights.get("positions")), first, end, graph.numbers(0));
        return graph.node("Add", scaled, positions);
    }

    private String maskBias(String mask) {
        String floats = graph.node("Cast", List.of(mask), Map.of("to", Attribute.of(1L)));
        String wide = graph.node("Unsqueeze", floats, graph.numbers(1, 2));
        return graph.node("Mul", graph.node("Sub", graph.number(1f), wide), graph.number(-1e9f));
    }

    private List<String> attention(List<String> in, int outputs) {
        return graph.node(
                RUNTIME, "MultiHeadAttention", in, outputs, Map.of("num_heads", Attribute.of((long) shape.heads())));
    }

    private String feedForward(String layer, String values) {
        String norm = layer + ".final_layer_norm";
        String inner = product(before(norm, values), layer, "fc1");
        String active = shape.activation() == Activation.RELU
                ? graph.node("Relu", inner)
                // With a factor of 1 this is x · sigmoid(x).
                : graph.node(RUNTIME, "QuickGelu", List.of(inner), 1, Map.of("alpha", Attribute.of(1f)))
                        .getFirst();
        return after(norm, values, product(active, layer, "fc2"));
    }

    private String before(String norm, String values) {
        return shape.norm() == Norm.BEFORE ? normalize(norm, values) : values;
    }

    private String after(String norm, String values, String change) {
        if (shape.norm() == Norm.BEFORE) {
            return graph.node("Add", values, change);
        }
        return graph.node(
                        RUNTIME,
                        "SkipLayerNormalization",
                        List.of(values, change, weight(norm + ".weight"), weight(norm + ".bias")),
                        1,
                        Map.of("epsilon", Attribute.of(1e-5f)))
                .getFirst();
    }

    private String normalize(String name, String values) {
        return graph.node(
                "LayerNormalization",
                List.of(values, weight(name + ".weight"), weight(name + ".bias")),
                Map.of("axis", Attribute.of(-1L), "epsilon", Attribute.of(1e-5f)));
    }

    private String weight(String name) {
        return graph.weight(weights.get(name));
    }

    private List<String> split(String values, int parts) {
        long[] sizes = new long[parts];
        Arrays.fill(sizes, shape.width());
        return graph.node("", "Split", List.of(values, graph.numbers(sizes)), parts, Map.of("axis", Attribute.of(-1L)));
    }

    private String product(String values, String owner, String... parts) {
        return productOf(
                values, Arrays.stream(parts).map(part -> owner + "." + part).toList());
    }

    /** One product for several layers of weights side by side. */
    private String productOf(String values, List<String> names) {
        TensorData matrix = Joined.columns(
                names.stream().map(name -> weights.get(name + ".weight")).toList());
        TensorData bias = Joined.vectors(
                names.stream().map(name -> weights.get(name + ".bias")).toList());
        if (products == Products.FP32) {
            return graph.node("Add", graph.node("MatMul", values, graph.weight(matrix)), graph.weight(bias));
        }
        Quantizer.Columns columns = Quantizer.columns(matrix);
        return FusedOutput.quantizedProduct(
                graph, values, graph.weight(columns.values()), graph.weight(columns.scales()), graph.weight(bias));
    }
}
