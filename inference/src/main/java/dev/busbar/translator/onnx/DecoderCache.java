package dev.busbar.translator.onnx;

/** How a fused decoder remembers: what the encoder leaves it of the source, and what it has written itself. */
interface DecoderCache {
    /** In the encoder: makes outputs of the keys and values of all layers, which lie side by side. */
    void give(GraphBuilder graph, String keysAndValues);

    /** In the step: declares the caches as inputs, and gives the position of the token that is fed. */
    String open(GraphBuilder graph, String mask);

    /** A layer's attention to what was written, from its queries, keys and values side by side. */
    String attendOwn(GraphBuilder graph, int layer, String queriesKeysValues);

    /** A layer's attention to the source. */
    String attendSource(GraphBuilder graph, int layer, String queries);
}
