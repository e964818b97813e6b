package dev.busbar.translator.onnx;

import dev.busbar.translator.onnx.FusedGraphs.Products;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The output layer of a fused model: over the whole vocabulary, or over a shortlist's part of it. */
public final class FusedOutput {
    private static final String RUNTIME = "com.microsoft";

    private final MarianShape shape;
    private final Weights weights;
    private final Products products;

    FusedOutput(MarianShape shape, Weights weights, Products products) {
        this.shape = shape;
        this.weights = weights;
        this.products = products;
    }

    /** From what a step ends with to the scores of all words. */
    OnnxModel whole() {
        GraphBuilder graph = new GraphBuilder("output");
        String hidden = graph.input("hidden", DataType.FLOAT, "batch_size", shape.width());
        String bias = graph.weight(weights.get("final_logits_bias"));
        String scores = switch (products) {
            case FP32 -> {
                TensorData embedding = weights.get("shared.weight");
                yield graph.node(
                                "",
                                "Gemm",
                                List.of(hidden, graph.weight(embedding), bias),
                                1,
                                Map.of("transB", Attribute.of(1L)))
                        .getFirst();
            }
            case INT8 -> {
                Quantizer.Rows rows = Quantizer.rows(weights.get("shared.weight"));
                yield quantizedProduct(
                        graph,
                        hidden,
                        graph.weight(Quantizer.transposed(rows.values())),
                        graph.weight(rows.scales()),
                        bias);
            }
        };
        graph.output("logits", scores, DataType.FLOAT, "batch_size", shape.vocabulary());
        return OnnxModel.of(graph.build());
    }

    /** Picks a shortlist's part of the output layer, once for a batch. */
    OnnxModel pick() {
        GraphBuilder graph = new GraphBuilder("pick");
        String words = graph.input("words", DataType.INT64, "words");
        TensorData embedding = weights.get("shared.weight");
        Quantizer.Rows rows = Quantizer.rows(embedding);
        boolean quantized = products == Products.INT8;
        String table = graph.weight(quantized ? rows.values() : embedding);
        String chosen = graph.node("Gather", table, words);
        String turned = graph.node("Transpose", List.of(chosen), Map.of("perm", Attribute.of(new long[] {1, 0})));
        graph.output("weight", turned, quantized ? DataType.INT8 : DataType.FLOAT, shape.width(), "words");
        if (quantized) {
            graph.output("scale", graph.node("Gather", graph.weight(rows.scales()), words), DataType.FLOAT, "words");
        }
        TensorData bias = weights.get("final_logits_bias");
        TensorData flat = new TensorData(bias.name(), bias.type(), List.of((long) shape.vocabulary()), bias.content());
        graph.output("bias", graph.node("Gather", graph.weight(flat), words), DataType.FLOAT, "words");
        return OnnxModel.of(graph.build());
    }

    /** From what a step ends with to the scores of a shortlist's words, whose weights are given with each run. */
    OnnxModel shortlisted() {
        GraphBuilder graph = new GraphBuilder("short output");
        String hidden = graph.input("hidden", DataType.FLOAT, "batch_size", shape.width());
        boolean quantized = products == Products.INT8;
        String weight = graph.input("weight", quantized ? DataType.INT8 : DataType.FLOAT, shape.width(), "words");
        String scale = quantized ? graph.input("scale", DataType.FLOAT, "words") : "";
        String bias = graph.input("bias", DataType.FLOAT, "words");
        String scores = quantized
                ? quantizedProduct(graph, hidden, weight, scale, bias)
                : graph.node("Add", graph.node("MatMul", hidden, weight), bias);
        graph.output("logits", scores, DataType.FLOAT, "batch_size", "words");
        return OnnxModel.of(graph.build());
    }

    /** The same with the weights inside, so that the runtime packs them once and not at each run. */
    public static OnnxModel shortlisted(List<TensorData> picked, int width, int words) {
        GraphBuilder graph = new GraphBuilder("short output");
        String hidden = graph.input("hidden", DataType.FLOAT, "batch_size", width);
        List<String> in = new ArrayList<>(List.of(hidden));
        picked.forEach(tensor -> in.add(graph.weight(tensor)));
        boolean quantized = picked.size() == 3;
        if (quantized) {
            in.add(3, "");
            graph.add(new Node("product", RUNTIME, "DynamicQuantizeMatMul", in, List.of("logits"), Map.of()));
        } else {
            String product = graph.node("MatMul", hidden, in.get(1));
            graph.add(new Node("sum", "", "Add", List.of(product, in.get(2)), List.of("logits"), Map.of()));
        }
        graph.declareOutput("logits", DataType.FLOAT, "batch_size", words);
        return OnnxModel.of(graph.build());
    }

    static String quantizedProduct(GraphBuilder graph, String values, String weight, String scale, String bias) {
        return graph.node(RUNTIME, "DynamicQuantizeMatMul", List.of(values, weight, scale, "", bias), 1, Map.of())
                .getFirst();
    }
}
