package dev.busbar.translator.onnx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes a graph node by node; values get their names here, and equal constants are stored once. */
public final class GraphBuilder {
    private final String name;
    private final String prefix;
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, TensorData> initializers = new LinkedHashMap<>();
    private final Map<List<Long>, String> numbers = new HashMap<>();
    private final List<ValueInfo> inputs = new ArrayList<>();
    private final List<ValueInfo> outputs = new ArrayList<>();

    public GraphBuilder(String name) {
        this(name, "");
    }

    /** A branch of another graph; the prefix keeps its names apart from its sisters'. */
    GraphBuilder(String name, String prefix) {
        this.name = name;
        this.prefix = prefix;
    }

    String prefix() {
        return prefix;
    }

    public String input(String value, DataType type, Object... shape) {
        inputs.add(ValueInfo.of(value, type, shape));
        return value;
    }

    /** Declares a value that some node gave as an output under this name. */
    public void output(String as, String value, DataType type, Object... shape) {
        nodes.add(new Node(as, "", "Identity", List.of(value), List.of(as), Map.of()));
        declareOutput(as, type, shape);
    }

    /** Declares an output that a node already gives under its right name. */
    public void declareOutput(String as, DataType type, Object... shape) {
        outputs.add(ValueInfo.of(as, type, shape));
    }

    public String weight(TensorData tensor) {
        initializers.put(tensor.name(), tensor);
        return tensor.name();
    }

    public String numbers(long... values) {
        return numbers.computeIfAbsent(
                java.util.Arrays.stream(values).boxed().toList(),
                list -> weight(TensorData.ofLongs("numbers." + initializers.size(), values, values.length)));
    }

    public String number(long value) {
        return weight(TensorData.ofLongs("number." + value, new long[] {value}));
    }

    public String number(float value) {
        return weight(TensorData.ofFloats("number." + value + "f", new float[] {value}));
    }

    /** Adds a node with one output, and gives that output's name. */
    public String node(String operator, List<String> in, Map<String, Attribute> attributes) {
        return node("", operator, in, 1, attributes).getFirst();
    }

    public String node(String operator, String... in) {
        return node(operator, List.of(in), Map.of());
    }

    public List<String> node(
            String domain, String operator, List<String> in, int outputCount, Map<String, Attribute> attributes) {
        return named(prefix + operator + "_" + nodes.size(), domain, operator, in, outputCount, attributes);
    }

    public List<String> named(
            String nodeName,
            String domain,
            String operator,
            List<String> in,
            int outputCount,
            Map<String, Attribute> attributes) {
        List<String> out = new ArrayList<>();
        for (int i = 0; i < outputCount; i++) {
            out.add(nodeName + "_out" + i);
        }
        nodes.add(new Node(nodeName, domain, operator, in, out, attributes));
        return out;
    }

    public void add(Node node) {
        nodes.add(node);
    }

    public Graph build() {
        return new Graph(name, nodes, List.copyOf(initializers.values()), inputs, outputs);
    }
}
