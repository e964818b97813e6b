package dev.busbar.translator.onnx;

import dev.busbar.translator.onnx.MarianShape.Activation;
import dev.busbar.translator.onnx.MarianShape.Norm;
import java.util.List;
import java.util.Map;

/** The blocks of a transformer in plain ONNX operators, with the node names that exports of these models have. */
final class TransformerBlocks {
    private final GraphBuilder graph;
    private final GraphBuilder outer;
    private final Weights weights;
    private final MarianShape shape;

    /** Nodes go to the graph; weights to the outer one, where the branches of a merged decoder share them. */
    TransformerBlocks(GraphBuilder graph, GraphBuilder outer, Weights weights, MarianShape shape) {
        this.graph = graph;
        this.outer = outer;
        this.weights = weights;
        this.shape = shape;
    }

    /** The embedded tokens, scaled, with their positions from the given one on. */
    String embed(String side, String tokens, String firstPosition) {
        String words = node("Gather", side + ".embed_tokens", List.of(weight("shared.weight"), tokens), Map.of());
        String scaled = graph.node("Mul", words, number((float) Math.sqrt(shape.width())));
        String length = graph.node("Gather", List.of(graph.node("Shape", tokens), numbers(1)), Map.of("axis", axis(0)));
        String end = graph.node("Add", firstPosition, length);
        String positions = graph.node("Slice", weight("positions"), firstPosition, end, numbers(0));
        return graph.node("Add", scaled, positions);
    }

    /** Minus infinity, nearly, where the mask is 0: [batch, 1, 1, length]. */
    String maskBias(String mask) {
        String floats = graph.node("Cast", List.of(mask), Map.of("to", Attribute.of(1L)));
        String wide = graph.node("Unsqueeze", floats, numbers(1, 2));
        return graph.node("Mul", graph.node("Sub", number(1f), wide), number(-1e9f));
    }

    /** [batch, length, width] to [batch, heads, length, width of a head]. */
    String heads(String values) {
        String split = graph.node("Reshape", values, numbers(0, 0, shape.heads(), shape.headWidth()));
        return graph.node("Transpose", List.of(split), Map.of("perm", Attribute.of(new long[] {0, 2, 1, 3})));
    }

    String project(String name, String values) {
        String product = node("MatMul", name, List.of(values, weight(name + ".weight")), Map.of());
        return graph.node("Add", product, weight(name + ".bias"));
    }

    /** Attention of queries over keys and values that are already split into heads; the bias may be empty. */
    String attend(String name, String queries, String keys, String values, String bias) {
        String turned = graph.node("Transpose", List.of(keys), Map.of("perm", Attribute.of(new long[] {0, 1, 3, 2})));
        String scores = graph.node("MatMul", queries, turned);
        String scaled = graph.node("Mul", scores, number((float) (1 / Math.sqrt(shape.headWidth()))));
        String masked = bias.isEmpty() ? scaled : graph.node("Add", scaled, bias);
        String shares = graph.node("Softmax", List.of(masked), Map.of("axis", axis(-1)));
        String mixed = graph.node("MatMul", shares, values);
        String back = graph.node("Transpose", List.of(mixed), Map.of("perm", Attribute.of(new long[] {0, 2, 1, 3})));
        String joined = graph.node("Reshape", back, numbers(0, 0, shape.width()));
        return project(name + ".out_proj", joined);
    }

    String feedForward(String layer, String values) {
        String inner = project(layer + ".fc1", values);
        String active = shape.activation() == Activation.RELU
                ? graph.node("Relu", inner)
                : graph.node("Mul", inner, graph.node("Sigmoid", inner));
        return project(layer + ".fc2", active);
    }

    String before(String norm, String values) {
        return shape.norm() == Norm.BEFORE ? normalize(norm, values) : values;
    }

    String after(String norm, String values, String change) {
        String sum = graph.node("Add", values, change);
        return shape.norm() == Norm.AFTER ? normalize(norm, sum) : sum;
    }

    String atTheEnd(String side, String values) {
        return shape.norm() == Norm.BEFORE ? normalize(side + ".layer_norm", values) : values;
    }

    private String normalize(String name, String values) {
        return node(
                "LayerNormalization",
                name,
                List.of(values, weight(name + ".weight"), weight(name + ".bias")),
                Map.of("axis", axis(-1), "epsilon", Attribute.of(1e-5f)));
    }

    /** Scores of all words: the embedding read the other way. */
    String scores(String values) {
        // Turned and stored once more, as most exports have it.
        String embedding =
                outer.weight(Floats.turned(weights.get("shared.weight")).named("lm_head.weight"));
        String product = node("MatMul", "lm_head", List.of(values, embedding), Map.of());
        return graph.node("Add", product, weight("final_logits_bias"));
    }

    String numbers(long... values) {
        return outer.numbers(values);
    }

    private String number(float value) {
        return outer.number(value);
    }

    private String weight(String name) {
        return outer.weight(weights.get(name));
    }

    private String node(String operator, String name, List<String> in, Map<String, Attribute> attributes) {
        // A prefix keeps the names of two branches apart; exports write /model/decoder/layers.0/fc1/MatMul.
        String path = graph.prefix() + "/" + name.replaceAll("\\.(?=[a-z])", "/") + "/" + operator;
        return graph.named(path, "", operator, in, 1, attributes).getFirst();
    }

    static Attribute axis(long axis) {
        return Attribute.of(axis);
    }
}
