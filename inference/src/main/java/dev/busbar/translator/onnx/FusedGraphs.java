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
    static final String RUNTIME = "com.microsoft";

    private final MarianShape shape;
    private final Weights weights;
    private final Products products;
    private final DecoderCache cache;
    private GraphBuilder graph = new GraphBuilder("none");

    /** What the weights of products are. */
    public enum Products {
        INT8,
        FP32
    }

    /** Whether a step gives the decoder's cache anew, a position longer, or writes into the one it has. */
    public enum Caching {
        /** On every device. */
        APPENDED,
        /** On the processor. */
        IN_PLACE
    }

    FusedGraphs(MarianShape shape, Weights weights, Products products, Caching caching) {
        this.shape = shape;
        this.weights = weights;
        this.products = products;
        cache = switch (caching) {
            case APPENDED -> new AppendedCache(shape);
            case IN_PLACE -> new CacheInPlace(shape, products);
        };
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
            String mixed = graph.node(
                            RUNTIME,
                            "MultiHeadAttention",
                            List.of(qkv.get(0), qkv.get(1), qkv.get(2), "", padding),
                            1,
                            Map.of("num_heads", Attribute.of((long) shape.heads())))
                    .getFirst();
            String attended = product(mixed, layer + ".self_attn", "out_proj");
            values = after(layer + ".self_attn_layer_norm", values, attended);
            values = feedForward(layer, values);
        }
        if (shape.norm() == Norm.BEFORE) {
            values = normalize("encoder.layer_norm", values);
        }
        cache.give(graph, keysAndValues(values));
        return OnnxModel.of(graph.build());
    }

    /** All layers' keys and values of the source by one product. */
    private String keysAndValues(String values) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < shape.decoderLayers(); i++) {
            names.add("decoder.layers.%d.encoder_attn.k_proj".formatted(i));
            names.add("decoder.layers.%d.encoder_attn.v_proj".formatted(i));
        }
        return productOf(values, names);
    }

    public OnnxModel step() {
        graph = new GraphBuilder("step");
        String tokens = graph.input("input_ids", DataType.INT64, "batch_size", 1);
        String mask = graph.input("encoder_attention_mask", DataType.INT64, "batch_size", "encoder_sequence_length");
        String position = cache.open(graph, mask);
        String values = embed(tokens, position);
        for (int i = 0; i < shape.decoderLayers(); i++) {
            values = decoderLayer(i, values);
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

    private String decoderLayer(int i, String values) {
        String layer = "decoder.layers." + i;
        String self = layer + ".self_attn";
        String in = before(self + "_layer_norm", values);
        String mixed = cache.attendOwn(graph, i, product(in, self, "q_proj", "k_proj", "v_proj"));
        String sum = after(self + "_layer_norm", values, product(mixed, self, "out_proj"));

        String cross = layer + ".encoder_attn";
        String query = product(before(cross + "_layer_norm", sum), cross, "q_proj");
        String crossed = cache.attendSource(graph, i, query);
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
