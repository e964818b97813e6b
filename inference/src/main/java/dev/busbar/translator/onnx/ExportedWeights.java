package dev.busbar.translator.onnx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds a model's weights in exported graphs, by their names and by the biases behind the products: exporters keep the
 * names of vectors, but call a turned matrix {@code onnx::MatMul_123}. Quantised weights are made floats again.
 */
public final class ExportedWeights {
    private static final Pattern PATH = Pattern.compile(
            "(?:model\\.)?(?<name>(?:(?:encoder|decoder)\\.layers\\.\\d+\\..+|(?:encoder|decoder)\\.layer_norm\\.(?:weight|bias)))");
    private static final Pattern EMBEDDING = Pattern.compile("(?:.*\\.)?(?:shared|embed_tokens)\\.weight");
    private static final Pattern POSITIONS = Pattern.compile("positions|(?:.*\\.)?embed_positions\\.weights?");

    private final Map<String, TensorData> tensors = new HashMap<>();
    private final Map<String, Node> producers = new HashMap<>();
    private final List<Node> additions = new ArrayList<>();
    private final Map<String, TensorData> found = new TreeMap<>();

    private ExportedWeights() {}

    /** The graphs with all their values inside them. */
    public static Weights of(List<OnnxModel> models) {
        Map<String, TensorData> all = new TreeMap<>();
        for (OnnxModel model : models) {
            ExportedWeights one = new ExportedWeights();
            one.collect(model.graph());
            one.byName();
            one.byBias();
            all.putAll(one.found);
        }
        if (!all.containsKey("shared.weight")) {
            throw new OnnxFormatException("the graphs have no embedding by a known name (shared.weight)");
        }
        all.computeIfAbsent("final_logits_bias", name -> {
            int words = Math.toIntExact(all.get("shared.weight").shape().getFirst());
            return TensorData.ofFloats(name, new float[words], words);
        });
        return new Weights(all);
    }

    private void collect(Graph graph) {
        graph.initializers().forEach(tensor -> tensors.put(tensor.name(), tensor));
        for (Node node : graph.nodes()) {
            node.outputs().forEach(output -> producers.put(output, node));
            if (node.operator().equals("Add")) {
                additions.add(node);
            }
            for (Attribute attribute : node.attributes().values()) {
                switch (attribute) {
                    case Attribute.OfGraph(Graph inner) -> collect(inner);
                    case Attribute.OfTensor(TensorData value)
                    when node.operator().equals("Constant") ->
                        tensors.put(node.outputs().getFirst(), value);
                    default -> {}
                }
            }
        }
    }

    private void byName() {
        for (String stored : List.copyOf(tensors.keySet())) {
            String plain = stored.replaceFirst("_quantized$", "");
            if (stored.endsWith("_scale") || stored.endsWith("_zero_point")) {
                continue;
            }
            name(plain).ifPresent(name -> found.putIfAbsent(name, floats(plain).named(name)));
        }
    }

    private static Optional<String> name(String stored) {
        Matcher path = PATH.matcher(stored);
        if (path.matches()) {
            return Optional.of(path.group("name"));
        }
        if (EMBEDDING.matcher(stored).matches()) {
            return Optional.of("shared.weight");
        }
        if (POSITIONS.matcher(stored).matches()) {
            return Optional.of("positions");
        }
        return stored.endsWith("final_logits_bias") ? Optional.of("final_logits_bias") : Optional.empty();
    }

    private void byBias() {
        for (Node addition : additions) {
            for (int i = 0; i < 2; i++) {
                Optional<String> bias = name(addition.inputs().get(i)).filter(name -> name.endsWith(".bias"));
                Optional<String> matrix = matrixBehind(addition.inputs().get(1 - i));
                if (bias.isPresent() && matrix.isPresent()) {
                    String weight = bias.get().replaceFirst("bias$", "weight");
                    String stored = matrix.get().replaceFirst("_quantized$", "");
                    found.computeIfAbsent(weight, name -> floats(stored).named(name));
                }
            }
        }
    }

    /** The constant that a product took, seen through what quantisation puts behind it. */
    private Optional<String> matrixBehind(String value) {
        Node node = producers.get(value);
        for (int hops = 0; node != null && hops < 4; hops++) {
            switch (node.operator()) {
                case "MatMul", "MatMulInteger" -> {
                    String matrix = node.inputs().get(1);
                    return tensors.containsKey(matrix) ? Optional.of(matrix) : Optional.empty();
                }
                case "Mul", "Cast" -> node = producers.get(node.inputs().getFirst());
                default -> node = null;
            }
        }
        return Optional.empty();
    }

    private TensorData floats(String plain) {
        TensorData stored = tensors.get(plain);
        TensorData tensor = stored != null ? Floats.of(stored) : dequantized(plain);
        // Biases come as [n] or [1, n].
        return tensor.shape().size() == 2 && tensor.shape().getFirst() == 1
                ? new TensorData(tensor.name(), tensor.type(), tensor.shape().subList(1, 2), tensor.content())
                : tensor;
    }

    private TensorData dequantized(String plain) {
        TensorData integers = part(plain + "_quantized");
        return Floats.dequantized(integers, part(plain + "_scale"), tensors.get(plain + "_zero_point"));
    }

    private TensorData part(String name) {
        TensorData tensor = tensors.get(name);
        if (tensor == null) {
            throw new OnnxFormatException("the tensor %s is missing".formatted(name));
        }
        return tensor;
    }
}
