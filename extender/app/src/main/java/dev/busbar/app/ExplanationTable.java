package dev.busbar.app;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** An explanation as people read it: the chosen node and the runner-up in a sentence, then every node, best first. */
record ExplanationTable(JsonNode explanation) {
    private static final int NAMED = 5;
    private static final List<String> VERDICTS = List.of("fits", "not-now", "never");

    void print(PrintWriter out) {
        out.println(headline());
        out.println();
        var table = new Table("NODE", "VERDICT", "GPUS", "GB/S", "SCORE", "TERMS, IN THOUSANDTHS OF A GPU", "SOURCE");
        for (var node : byVerdict()) {
            table.row(
                    node.path("node").asString(),
                    node.path("verdict").asString(),
                    indices(node),
                    fits(node) ? speed(node) : "",
                    fits(node) ? rounded(node.path("score").asDouble()) : "",
                    fits(node) ? terms(node) : node.path("reason").asString(""),
                    node.path("source").asString(""));
        }
        table.print(out);
        notes().forEach((note, nodes) -> out.println(note + ": " + some(nodes)));
    }

    /** What else is to be said of how well the nodes are known, each with the nodes that it is said of. */
    private Map<String, List<String>> notes() {
        var notes = new LinkedHashMap<String, List<String>>();
        for (var node : explanation.path("nodes")) {
            var name = node.path("node").asString();
            note(notes, "not known", words(node, "unknown"), name);
            note(notes, "inferred", words(node, "inferred"), name);
            note(notes, "sources differ", words(node, "conflicts"), name);
            note(notes, "", words(node, "notOffered"), name);
            note(notes, "GPU memory", node.path("memory").asString(""), name);
        }
        return notes;
    }

    private static void note(Map<String, List<String>> notes, String head, String words, String node) {
        if (!words.isEmpty()) {
            var note = head.isEmpty() ? words : head + " (" + words + ")";
            notes.computeIfAbsent(note, _ -> new ArrayList<>()).add(node);
        }
    }

    private static String words(JsonNode node, String key) {
        return node.path(key).valueStream().map(JsonNode::asString).collect(Collectors.joining("; "));
    }

    private static String some(List<String> nodes) {
        var named = String.join(", ", nodes.subList(0, Math.min(nodes.size(), NAMED)));
        return nodes.size() > NAMED ? named + " and %d more".formatted(nodes.size() - NAMED) : named;
    }

    private String headline() {
        var pod = explanation.path("pod").asString();
        var chosen = explanation.path("chosen").asString("");
        if (chosen.isEmpty()) {
            return "pod %s fits nowhere".formatted(pod);
        }
        var line = node(chosen);
        var gpus = indices(line).isEmpty() ? "no GPU" : "GPUs " + indices(line);
        var runnerUp = explanation.path("runnerUp").asString("");
        var second = runnerUp.isEmpty()
                ? "no other node fits"
                : "runner-up %s, by %s"
                        .formatted(
                                runnerUp,
                                rounded(line.path("score").asDouble()
                                        - node(runnerUp).path("score").asDouble()));
        return "pod %s -> node %s, %s; %s".formatted(pod, chosen, gpus, second);
    }

    private List<JsonNode> byVerdict() {
        var nodes = new ArrayList<JsonNode>();
        explanation.path("nodes").forEach(nodes::add);
        nodes.sort(Comparator.comparingInt(
                        (JsonNode node) -> VERDICTS.indexOf(node.path("verdict").asString()))
                .thenComparing(Comparator.comparingDouble(
                                (JsonNode node) -> node.path("score").asDouble(0))
                        .reversed()));
        return nodes;
    }

    JsonNode node(String name) {
        for (var node : explanation.path("nodes")) {
            if (node.path("node").asString().equals(name)) {
                return node;
            }
        }
        throw new CannotDo("the explanation has no node " + name);
    }

    /** The reason that most nodes give. */
    String commonReason() {
        return explanation
                .path("nodes")
                .valueStream()
                .map(node -> node.path("reason").asString(""))
                .filter(reason -> !reason.isEmpty())
                .collect(Collectors.groupingBy(reason -> reason, TreeMap::new, Collectors.counting()))
                .entrySet()
                .stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElse("");
    }

    private static boolean fits(JsonNode node) {
        return node.path("verdict").asString().equals("fits");
    }

    /** The set as {@code {1,4}}; empty without a GPU. */
    static String indices(JsonNode node) {
        if (node.path("indices").isEmpty()) {
            return "";
        }
        return node.path("indices").valueStream().map(JsonNode::asString).collect(Collectors.joining(",", "{", "}"));
    }

    /** One GPU has nobody to talk to. */
    static String speed(JsonNode node) {
        return node.path("indices").size() < 2 ? "-" : rounded(node.path("gbps").asDouble());
    }

    private static String terms(JsonNode node) {
        return node.path("terms")
                .propertyStream()
                .filter(term -> Math.abs(term.getValue().asDouble()) >= 0.05)
                .map(term -> term.getKey() + " " + rounded(term.getValue().asDouble()))
                .collect(Collectors.joining(", "));
    }

    static String rounded(double value) {
        var text = String.format(Locale.ROOT, "%.1f", value);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }
}
