package dev.busbar.translator.serve;

import dev.busbar.translator.batch.BatchSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The settings that a file may change while the server runs; what the file leaves out has its default. */
record ServeConfig(BatchSettings batch, Limits limits) {
    static final ServeConfig DEFAULT = new ServeConfig(BatchSettings.DEFAULT, Limits.DEFAULT);

    private static final YAMLMapper YAML = YAMLMapper.shared();
    private static final Map<String, Set<String>> KEYS = Map.of(
            "batch", Set.of("maxRows", "maxTokens", "maxWaitMillis", "maxQueueTokens"),
            "limits", Set.of("bodyBytes", "textsPerRequest", "timeoutSeconds", "beams"));

    /** What one request may ask for. */
    record Limits(int bodyBytes, int textsPerRequest, Duration timeout, int beams) {
        static final Limits DEFAULT = new Limits(1 << 20, 2048, Duration.ofSeconds(30), 8);

        Limits {
            require("limits.bodyBytes", bodyBytes, 1024, 1 << 30);
            require("limits.textsPerRequest", textsPerRequest, 1, 1 << 20);
            require("limits.timeoutSeconds", timeout.toSeconds(), 1, 3600);
            require("limits.beams", beams, 1, 64);
        }

        private static void require(String key, long value, long min, long max) {
            if (value < min || value > max) {
                throw new IllegalArgumentException("%s (%d) must be between %d and %d".formatted(key, value, min, max));
            }
        }
    }

    static ServeConfig read(Path file) throws IOException {
        try {
            return parse(Files.readString(file));
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException("%s: %s".formatted(file, wrong.getMessage()), wrong);
        }
    }

    static ServeConfig parse(String yaml) {
        JsonNode root;
        try {
            root = YAML.readTree(yaml);
        } catch (JacksonException broken) {
            throw new IllegalArgumentException("not YAML: " + broken.getOriginalMessage(), broken);
        }
        if (root.isMissingNode() || root.isNull()) {
            return DEFAULT;
        }
        refuseUnknown(root);
        JsonNode batch = root.path("batch");
        JsonNode limits = root.path("limits");
        BatchSettings usual = BatchSettings.DEFAULT;
        return new ServeConfig(
                new BatchSettings(
                        number(batch, "batch", "maxRows", usual.maxRows()),
                        number(batch, "batch", "maxTokens", usual.maxBatchTokens()),
                        Duration.ofMillis(number(batch, "batch", "maxWaitMillis", (int)
                                usual.maxWait().toMillis())),
                        number(batch, "batch", "maxQueueTokens", usual.maxQueueTokens())),
                new Limits(
                        number(limits, "limits", "bodyBytes", Limits.DEFAULT.bodyBytes()),
                        number(limits, "limits", "textsPerRequest", Limits.DEFAULT.textsPerRequest()),
                        Duration.ofSeconds(number(limits, "limits", "timeoutSeconds", (int)
                                Limits.DEFAULT.timeout().toSeconds())),
                        number(limits, "limits", "beams", Limits.DEFAULT.beams())));
    }

    private static void refuseUnknown(JsonNode root) {
        if (!root.isObject()) {
            throw new IllegalArgumentException("the file is a %s, expected keys".formatted(root.getNodeType()));
        }
        for (Map.Entry<String, JsonNode> section : root.properties()) {
            Set<String> keys = KEYS.get(section.getKey());
            if (keys == null) {
                throw new IllegalArgumentException(
                        "%s is not a known key; there are %s".formatted(section.getKey(), sorted(KEYS.keySet())));
            }
            for (String key : section.getValue().propertyNames()) {
                if (!keys.contains(key)) {
                    throw new IllegalArgumentException(
                            "%s.%s is not a known key; there are %s".formatted(section.getKey(), key, sorted(keys)));
                }
            }
        }
    }

    private static List<String> sorted(Set<String> keys) {
        return keys.stream().sorted().toList();
    }

    private static int number(JsonNode section, String name, String key, int otherwise) {
        JsonNode node = section.path(key);
        if (node.isMissingNode()) {
            return otherwise;
        }
        if (!node.isIntegralNumber() || !node.canConvertToInt()) {
            throw new IllegalArgumentException("%s.%s (%s) must be a whole number".formatted(name, key, node));
        }
        return node.intValue();
    }
}
