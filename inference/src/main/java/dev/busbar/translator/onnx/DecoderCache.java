package dev.busbar.translator.onnx;

import java.util.List;

/** How a fused decoder remembers: what the encoder leaves it of the source, and what it has written itself. */
interface DecoderCache {
    /** In the encoder: makes outputs of the keys and values of all layers, which lie side by side. */
    void give(GraphBuilder graph, String keysAndValues);

    /** In the step: declares the caches as inputs, and gives the position of the token that is fed. */
    String open(GraphBuilder graph, String mask);

    /** Declares what the decoder has written itself, for as many positions as the size of that name says. */
    static void declareOwn(GraphBuilder graph, MarianShape shape, String positions) {
        for (int i = 0; i < shape.decoderLayers(); i++) {
            for (String part : List.of("key", "value")) {
                graph.input(
                        "past_key_values.%d.decoder.%s".formatted(i, part),
                        DataType.FLOAT,
                        "batch_size",
                        shape.heads(),
                        positions,
                        shape.headWidth());
            }
        }
    }

    /** A layer's attention to what was written, from its queries, keys and values side by side. */
    String attendOwn(GraphBuilder graph, int layer, String queriesKeysValues);

    /** A layer's attention to the source. */
    String attendSource(GraphBuilder graph, int layer, String queries);
}
