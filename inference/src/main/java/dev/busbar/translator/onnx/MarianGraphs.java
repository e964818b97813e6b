package dev.busbar.translator.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The graphs of an encoder-decoder model in the form Optimum exports them: encoder, decoders split or merged. */
public final class MarianGraphs {
    private final MarianShape shape;
    private final Weights weights;

    public MarianGraphs(MarianShape shape, Weights weights) {
        this.shape = shape;
        this.weights = weights;
    }

    private enum Past {
        ABSENT,
        PRESENT
    }

    public OnnxModel encoder() {
        GraphBuilder graph = new GraphBuilder("encoder");
        TransformerBlocks blocks = new TransformerBlocks(graph, graph, weights, shape);
        String tokens = graph.input("input_ids", DataType.INT64, "batch_size", "encoder_sequence_length");
        String mask = graph.input("attention_mask", DataType.INT64, "batch_size", "encoder_sequence_length");
        String values = blocks.embed("encoder", tokens, blocks.numbers(0));
        String bias = blocks.maskBias(mask);
        for (int i = 0; i < shape.encoderLayers(); i++) {
            String layer = "encoder.layers." + i;
            String name = layer + ".self_attn";
            String in = blocks.before(name + "_layer_norm", values);
            String attended = blocks.attend(
                    name,
                    blocks.heads(blocks.project(name + ".q_proj", in)),
                    blocks.heads(blocks.project(name + ".k_proj", in)),
                    blocks.heads(blocks.project(name + ".v_proj", in)),
                    bias);
            values = blocks.after(name + "_layer_norm", values, attended);
            String inner = blocks.feedForward(layer, blocks.before(layer + ".final_layer_norm", values));
            values = blocks.after(layer + ".final_layer_norm", values, inner);
        }
        graph.output(
                "last_hidden_state",
                blocks.atTheEnd("encoder", values),
                DataType.FLOAT,
                "batch_size",
                "encoder_sequence_length",
                shape.width());
        return OnnxModel.of(graph.build());
    }

    public OnnxModel firstDecoder() {
        return decoder(Past.ABSENT);
    }

    public OnnxModel laterDecoder() {
        return decoder(Past.PRESENT);
    }

    private OnnxModel decoder(Past past) {
        GraphBuilder graph = new GraphBuilder("decoder");
        inputs(graph, past);
        List<String> cross = body(graph, graph, past);
        declareOutputs(graph, past == Past.ABSENT ? cross : List.of());
        return OnnxModel.of(graph.build());
    }

    /** Both decoders behind one If, with the weights stored once. */
    public OnnxModel mergedDecoder() {
        GraphBuilder outer = new GraphBuilder("merged decoder");
        inputs(outer, Past.PRESENT);
        String flag = outer.input("use_cache_branch", DataType.BOOL, 1);
        GraphBuilder later = new GraphBuilder("later", "later");
        body(later, outer, Past.PRESENT);
        // The later branch has no new cross-attention cache: what it gives there is empty.
        for (String name : crossNames("present")) {
            later.add(new Node(
                    name,
                    "",
                    "Constant",
                    List.of(),
                    List.of(name),
                    Map.of(
                            "value",
                            new Attribute.OfTensor(TensorData.ofFloats(
                                    name + ".empty", new float[0], 0, shape.heads(), 1, shape.headWidth())))));
        }
        declareOutputs(later, crossNames("present"));
        GraphBuilder first = new GraphBuilder("first", "first");
        List<String> cross = body(first, outer, Past.ABSENT);
        declareOutputs(first, cross);
        List<String> outputs = new ArrayList<>(List.of("logits"));
        outputs.addAll(ownNames("present"));
        outputs.addAll(crossNames("present"));
        outer.add(new Node(
                "optimum::if",
                "",
                "If",
                List.of(flag),
                outputs,
                Map.of(
                        "then_branch", new Attribute.OfGraph(later.build()),
                        "else_branch", new Attribute.OfGraph(first.build()))));
        declareOutputs(outer, crossNames("present"));
        return OnnxModel.of(outer.build());
    }

    private void inputs(GraphBuilder graph, Past past) {
        graph.input("encoder_attention_mask", DataType.INT64, "batch_size", "encoder_sequence_length");
        graph.input("input_ids", DataType.INT64, "batch_size", "decoder_sequence_length");
        graph.input("encoder_hidden_states", DataType.FLOAT, "batch_size", "encoder_sequence_length", shape.width());
        if (past == Past.PRESENT) {
            ownNames("past_key_values").forEach(name -> cache(graph, name, "past_decoder_sequence_length"));
            crossNames("past_key_values").forEach(name -> cache(graph, name, "encoder_sequence_length_out"));
        }
    }

    private void cache(GraphBuilder graph, String name, String length) {
        graph.input(name, DataType.FLOAT, "batch_size", shape.heads(), length, shape.headWidth());
    }

    private void declareOutputs(GraphBuilder graph, List<String> cross) {
        graph.declareOutput("logits", DataType.FLOAT, "batch_size", "decoder_sequence_length", shape.vocabulary());
        for (String name : ownNames("present")) {
            graph.declareOutput(name, DataType.FLOAT, "batch_size", shape.heads(), "length", shape.headWidth());
        }
        for (String name : cross) {
            graph.declareOutput(name, DataType.FLOAT, "batch_size_x", shape.heads(), "length_x", shape.headWidth());
        }
    }

    private List<String> ownNames(String prefix) {
        return cacheNames(prefix, "decoder");
    }

    private List<String> crossNames(String prefix) {
        return cacheNames(prefix, "encoder");
    }

    private List<String> cacheNames(String prefix, String side) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < shape.decoderLayers(); i++) {
            names.add("%s.%d.%s.key".formatted(prefix, i, side));
            names.add("%s.%d.%s.value".formatted(prefix, i, side));
        }
        return names;
    }

    /** Writes the decoder's layers; gives the names of the cross-attention cache, which only the first step computes. */
    private List<String> body(GraphBuilder graph, GraphBuilder outer, Past past) {
        TransformerBlocks blocks = new TransformerBlocks(graph, outer, weights, shape);
        String start = past == Past.ABSENT
                ? blocks.numbers(0)
                : graph.node(
                        "Gather",
                        List.of(graph.node("Shape", "past_key_values.0.decoder.key"), blocks.numbers(2)),
                        Map.of("axis", TransformerBlocks.axis(0)));
        String values = blocks.embed("decoder", "input_ids", start);
        String bias = blocks.maskBias("encoder_attention_mask");
        for (int i = 0; i < shape.decoderLayers(); i++) {
            values = layer(graph, blocks, i, values, bias, past);
        }
        named(graph, "logits", blocks.scores(blocks.atTheEnd("decoder", values)));
        return past == Past.ABSENT ? crossNames("present") : List.of();
    }

    private String layer(GraphBuilder graph, TransformerBlocks blocks, int i, String values, String bias, Past past) {
        String layer = "decoder.layers." + i;
        String self = layer + ".self_attn";
        String in = blocks.before(self + "_layer_norm", values);
        String keys = blocks.heads(blocks.project(self + ".k_proj", in));
        String contents = blocks.heads(blocks.project(self + ".v_proj", in));
        if (past == Past.PRESENT) {
            keys = join(graph, "past_key_values.%d.decoder.key".formatted(i), keys);
            contents = join(graph, "past_key_values.%d.decoder.value".formatted(i), contents);
        }
        keys = named(graph, "present.%d.decoder.key".formatted(i), keys);
        contents = named(graph, "present.%d.decoder.value".formatted(i), contents);
        String attended = blocks.attend(self, blocks.heads(blocks.project(self + ".q_proj", in)), keys, contents, "");
        String sum = blocks.after(self + "_layer_norm", values, attended);

        String cross = layer + ".encoder_attn";
        String crossIn = blocks.before(cross + "_layer_norm", sum);
        String crossKeys = "past_key_values.%d.encoder.key".formatted(i);
        String crossContents = "past_key_values.%d.encoder.value".formatted(i);
        if (past == Past.ABSENT) {
            crossKeys = named(
                    graph,
                    "present.%d.encoder.key".formatted(i),
                    blocks.heads(blocks.project(cross + ".k_proj", "encoder_hidden_states")));
            crossContents = named(
                    graph,
                    "present.%d.encoder.value".formatted(i),
                    blocks.heads(blocks.project(cross + ".v_proj", "encoder_hidden_states")));
        }
        String crossed = blocks.attend(
                cross, blocks.heads(blocks.project(cross + ".q_proj", crossIn)), crossKeys, crossContents, bias);
        String crossSum = blocks.after(cross + "_layer_norm", sum, crossed);
        String inner = blocks.feedForward(layer, blocks.before(layer + ".final_layer_norm", crossSum));
        return blocks.after(layer + ".final_layer_norm", crossSum, inner);
    }

    private static String join(GraphBuilder graph, String past, String now) {
        return graph.node("Concat", List.of(past, now), Map.of("axis", TransformerBlocks.axis(2)));
    }

    private static String named(GraphBuilder graph, String name, String value) {
        graph.add(new Node(name, "", "Identity", List.of(value), List.of(name), Map.of()));
        return name;
    }
}
