package dev.busbar.server.config;

import dev.busbar.core.workload.Quantity;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** One object of the configuration file while it is read. Every key that is asked for is noted with its effect. */
final class Section {
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,6})(ms|s|m|h)");

    private final String path;
    private final JsonNode node;
    private final Map<String, Object> effective = new LinkedHashMap<>();

    Section(String path, JsonNode node) {
        this.path = path;
        this.node = node;
        if (!node.isObject() && !node.isNull() && !node.isMissingNode()) {
            throw new ConfigException("%s (%s) must be a section with keys of its own."
                    .formatted(path.isEmpty() ? "the configuration" : path, node));
        }
    }

    Section section(String key) {
        var inner = new Section(pathOf(key), node.path(key));
        effective.put(key, inner.effective);
        return inner;
    }

    private String pathOf(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private Optional<String> value(String key) {
        var value = node.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isValueNode()) {
            throw bad(key, value.toString(), "must be one value");
        }
        return Optional.of(value.asString());
    }

    ConfigException bad(String key, Object value, String rule) {
        return new ConfigException("%s (%s) %s.".formatted(pathOf(key), value, rule));
    }

    String text(String key, String otherwise) {
        var text = value(key).orElse(otherwise);
        effective.put(key, text);
        return text;
    }

    int whole(String key, int otherwise, int least, int most) {
        var text = value(key).orElse(Integer.toString(otherwise));
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                effective.put(key, number);
                return number;
            }
        } catch (NumberFormatException e) {
            // said below, with the bounds
        }
        throw bad(key, text, "must be a whole number from %d to %d".formatted(least, most));
    }

    Duration duration(String key, Duration otherwise, Duration least, Duration most) {
        var text = value(key).orElse(words(otherwise));
        var match = DURATION.matcher(text);
        if (match.matches()) {
            long amount = Long.parseLong(match.group(1));
            var duration = switch (match.group(2)) {
                case "ms" -> Duration.ofMillis(amount);
                case "s" -> Duration.ofSeconds(amount);
                case "m" -> Duration.ofMinutes(amount);
                default -> Duration.ofHours(amount);
            };
            if (duration.compareTo(least) >= 0 && duration.compareTo(most) <= 0) {
                effective.put(key, text);
                return duration;
            }
        }
        throw bad(key, text, "must be a time from %s to %s, such as 30s or 5m".formatted(words(least), words(most)));
    }

    private static String words(Duration duration) {
        if (duration.toMillis() % 1000 != 0) {
            return duration.toMillis() + "ms";
        }
        long seconds = duration.toSeconds();
        return seconds % 3600 == 0 ? seconds / 3600 + "h" : seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }

    /** A size in bytes, written as Kubernetes writes memory. */
    int bytes(String key, String otherwise, String least, String most) {
        var text = value(key).orElse(otherwise);
        var milli = Quantity.milli(text);
        if (milli.isPresent()
                && milli.getAsLong() >= Quantity.milli(least).orElse(0)
                && milli.getAsLong() <= Quantity.milli(most).orElse(0)) {
            effective.put(key, text);
            return BigDecimal.valueOf(milli.getAsLong(), 3).intValue();
        }
        throw bad(key, text, "must be a size from %s to %s".formatted(least, most));
    }

    /** Refuses keys that nobody has asked for, here and in the sections below. */
    void refuseTheRest(List<Section> below) {
        for (var key : node.isObject() ? List.copyOf(node.propertyNames()) : List.<String>of()) {
            if (!effective.containsKey(key)) {
                throw new ConfigException("%s (%s) is not a key of the configuration.\nMaybe one of these is meant: %s."
                        .formatted(pathOf(key), shown(node.path(key)), String.join(", ", effective.keySet())));
            }
        }
        below.forEach(section -> section.refuseTheRest(List.of()));
    }

    private static String shown(JsonNode value) {
        var text = value.isValueNode() ? value.asString() : value.toString();
        return text.length() > 80 ? text.substring(0, 80) + "..." : text;
    }

    /** The effective values as YAML. */
    List<String> lines() {
        var lines = new ArrayList<String>();
        lines("", effective, lines);
        return lines;
    }

    private static void lines(String indent, Map<?, ?> values, List<String> lines) {
        values.forEach((key, value) -> {
            if (value instanceof Map<?, ?> inner) {
                lines.add(indent + key + ":");
                lines(indent + "  ", inner, lines);
            } else {
                var text = value.toString();
                lines.add(indent + key + ": " + (text.isEmpty() ? "\"\"" : text));
            }
        });
    }
}
