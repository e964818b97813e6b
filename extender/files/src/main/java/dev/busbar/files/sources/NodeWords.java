package dev.busbar.files.sources;

import java.util.Map;

/** The labels and annotations of a Node object, in which several sources speak. */
public record NodeWords(String node, Map<String, String> labels, Map<String, String> annotations) {

    public NodeWords {
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
    }

    String label(String name) {
        return labels.getOrDefault(name, "");
    }

    String annotation(String name) {
        return annotations.getOrDefault(name, "");
    }

    /** -1 where the label is absent or no number. */
    int number(String label) {
        var text = label(label);
        return text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : -1;
    }
}
