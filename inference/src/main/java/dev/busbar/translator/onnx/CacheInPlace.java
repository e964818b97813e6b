package dev.busbar.translator.onnx;

import dev.busbar.translator.onnx.FusedGraphs.Products;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A cache with room for more positions than it has, in which a step writes its own and copies none; with int8 products the
 * source's is 8-bit integers, a quarter of the memory that every step reads.
 *
 * <p>The operator writes into the tensor it reads when both are bound to one. How many positions of it count, {@code
 * cache_length}, and how many it shall have, {@code cache_room}, are inputs.
 */
final class CacheInPlace implements DecoderCache {
    private final MarianShape shape;
    private final Products products;
    private final SourceCache source;
    private String lastOwn = "";
    private String room = "";
    private String lastSource = "";
    private String sourceLength = "";
    private String none = "";
    private List<String> scales = List.of();

    CacheInPlace(MarianShape shape, Products products) {
        this.shape = shape;
        this.products = products;
        source = new SourceCache(shape);
    }

    @Override
    public void give(GraphBuilder graph, String keysAndValues) {
        switch (products) {
            case INT8 -> source.giveIntegers(graph, keysAndValues);
            case FP32 -> source.giveFloats(graph, keysAndValues);
        }
    }

    @Override
    public String open(GraphBuilder graph, String mask) {
        String length = graph.input("cache_length", DataType.INT64, 1);
        room = graph.input("cache_room", DataType.INT32);
        DecoderCache.declareOwn(graph, shape, "room_before");
        source.declare(graph, sourceType());
        String batch = graph.node("Shape", List.of(mask), Map.of("end", Attribute.of(1L)));
        lastOwn = graph.node("Expand", integer(graph, length), batch);
        String lengths = graph.node("ReduceSum", List.of(mask, graph.numbers(1)), Map.of("keepdims", Attribute.of(0L)));
        lastSource = integer(graph, graph.node("Sub", lengths, graph.number(1L)));
        sourceLength = integer(graph, graph.node("Gather", graph.node("Shape", mask), graph.number(1L)));
        if (products == Products.INT8) {
            String all = graph.input(
                    "past_key_values." + SourceCache.SCALES, DataType.FLOAT, "batch_size", source.tensors());
            scales = graph.node(
                    "", "Split", List.of(graph.node("Gather", all, graph.number(0L))), source.tensors(), Map.of());
        }
        return length;
    }

    private DataType sourceType() {
        return products == Products.INT8 ? DataType.INT8 : DataType.FLOAT;
    }

    private static String integer(GraphBuilder graph, String value) {
        return graph.node("Cast", List.of(value), Map.of("to", Attribute.of((long) DataType.INT32.code())));
    }

    @Override
    public String attendOwn(GraphBuilder graph, int layer, String queriesKeysValues) {
        return attend(
                graph,
                List.of("%d.decoder.key".formatted(layer), "%d.decoder.value".formatted(layer)),
                List.of(queriesKeysValues, "", ""),
                List.of(lastOwn, room),
                List.of());
    }

    @Override
    public String attendSource(GraphBuilder graph, int layer, String queries) {
        if (none.isEmpty()) {
            none = graph.node("Slice", queries, graph.numbers(0), graph.numbers(0), graph.numbers(1));
        }
        return attend(
                graph,
                List.of(SourceCache.name(2 * layer), SourceCache.name(2 * layer + 1)),
                List.of(queries, none, none),
                List.of(lastSource, sourceLength),
                scales.isEmpty() ? List.of() : scales.subList(2 * layer, 2 * layer + 2));
    }

    private String attend(
            GraphBuilder graph, List<String> cache, List<String> fed, List<String> lengths, List<String> cacheScales) {
        List<String> in = new ArrayList<>(fed);
        cache.forEach(name -> in.add("past_key_values." + name));
        in.addAll(lengths);
        Map<String, Attribute> attributes = new HashMap<>(Map.of(
                "num_heads", Attribute.of((long) shape.heads()), "kv_num_heads", Attribute.of((long) shape.heads())));
        if (!cacheScales.isEmpty()) {
            in.addAll(List.of("", "", "", "", ""));
            in.addAll(cacheScales);
            attributes.put("k_quant_type", new Attribute.OfText("PER_TENSOR"));
            attributes.put("v_quant_type", new Attribute.OfText("PER_TENSOR"));
            attributes.put("kv_cache_bit_width", Attribute.of(8L));
        }
        String mixed = "mix." + cache.getFirst();
        List<String> out = new ArrayList<>(List.of(mixed));
        for (String name : cache) {
            out.add("present." + name);
            DataType type = cacheScales.isEmpty() ? DataType.FLOAT : DataType.INT8;
            graph.declareOutput(
                    "present." + name, type, "batch_size", shape.heads(), "room." + name, shape.headWidth());
        }
        graph.add(new Node(
                "attention." + cache.getFirst(), FusedGraphs.RUNTIME, "GroupQueryAttention", in, out, attributes));
        return mixed;
    }
}
