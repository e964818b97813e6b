package dev.busbar.files;

import dev.busbar.core.workload.Nearest;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/** A place in an object with the path that leads there; it answers with what stands there or says what is wrong. */
final class Field {
    private static final int LONGEST_SHOWN = 80;

    private final String path;
    private final JsonNode node;

    private Field(String path, JsonNode node) {
        this.path = path;
        this.node = node;
    }

    static Field root(JsonNode node) {
        return new Field("", node);
    }

    Field at(String name) {
        if (!isAbsent() && !node.isObject()) {
            throw bad("must be an object");
        }
        var step = name.indexOf('.') < 0 && name.indexOf('/') < 0 ? "." + name : "[" + name + "]";
        return new Field(path.isEmpty() ? name : path + step, node.path(name));
    }

    String path() {
        return path;
    }

    boolean isAbsent() {
        return node.isMissingNode() || node.isNull();
    }

    /** Empty where the field is absent. */
    String text() {
        if (isAbsent()) {
            return "";
        }
        if (!node.isString()) {
            throw new BadInput("%s (%s) must be text%s"
                    .formatted(path, shown(), node.isValueNode() ? "\nMaybe put it in quotes." : ""));
        }
        return node.stringValue();
    }

    String requiredText() {
        if (isAbsent() || text().isEmpty()) {
            throw new BadInput(path + " is missing");
        }
        return text();
    }

    /** Text or a number, as amounts are written. */
    private String amount() {
        if (node.isNumber()) {
            return new BigDecimal(node.asString()).toPlainString();
        }
        return text();
    }

    int integer(int otherwise) {
        if (isAbsent()) {
            return otherwise;
        }
        if (!node.isIntegralNumber() || !node.canConvertToInt()) {
            throw bad("must be a whole number");
        }
        return node.intValue();
    }

    Optional<Instant> instant() {
        if (isAbsent()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Instant.parse(text()));
        } catch (DateTimeParseException e) {
            throw bad("must be a time such as 2026-11-25T08:00:00Z");
        }
    }

    Map<String, String> texts() {
        return map(Field::text);
    }

    Map<String, String> amounts() {
        return map(Field::amount);
    }

    private Map<String, String> map(Function<Field, String> value) {
        var values = new HashMap<String, String>();
        for (var name : names()) {
            values.put(name, value.apply(at(name)));
        }
        return values;
    }

    List<Field> items() {
        if (isAbsent()) {
            return List.of();
        }
        if (!node.isArray()) {
            throw bad("must be a list");
        }
        var items = new ArrayList<Field>();
        for (int i = 0; i < node.size(); i++) {
            items.add(new Field(path + "[" + i + "]", node.get(i)));
        }
        return items;
    }

    /** Refuses a field that the object does not have. */
    void allowOnly(Set<String> known) {
        for (var name : names()) {
            if (!known.contains(name)) {
                throw new BadInput(at(name).path + " is no field that we know" + Nearest.hint(name, known));
            }
        }
    }

    private List<String> names() {
        if (isAbsent()) {
            return List.of();
        }
        if (!node.isObject()) {
            throw bad("must be an object");
        }
        return List.copyOf(node.propertyNames());
    }

    BadInput bad(String expectation) {
        return new BadInput("%s (%s) %s".formatted(path.isEmpty() ? "the document" : path, shown(), expectation));
    }

    private String shown() {
        var text = node.isMissingNode() ? "absent" : node.isString() ? node.stringValue() : node.toString();
        var line = text.replaceAll("\\s+", " ");
        return line.length() <= LONGEST_SHOWN ? line : line.substring(0, LONGEST_SHOWN) + "…";
    }
}
