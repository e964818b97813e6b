package dev.busbar.translator.template;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** What {@code value | …} may do. */
final class Filters {
    private Filters() {}

    static Object apply(String name, Object value, List<Object> arguments) {
        return switch (name) {
            case "trim" -> Methods.strip(Values.text(value), arguments);
            case "length", "count" -> Values.length(value);
            case "upper" -> Values.text(value).toUpperCase(Locale.ROOT);
            case "lower" -> Values.text(value).toLowerCase(Locale.ROOT);
            case "string" -> Values.text(value);
            case "int" -> value instanceof String text ? number(text) : Values.whole(value);
            case "list" -> Values.items(value);
            case "items" -> Methods.call(value, "items", List.of());
            case "first" -> edge(Values.items(value), 0);
            case "last" -> edge(Values.items(value), Values.items(value).size() - 1);
            case "join" ->
                String.join(
                        arguments.isEmpty() ? "" : Values.text(arguments.getFirst()),
                        Values.items(value).stream().map(Values::text).toList());
            case "replace" -> Methods.call(Values.text(value), "replace", arguments);
            case "default", "d" -> value == Absent.UNDEFINED ? Values.argument(name, arguments, 0) : value;
            case "tojson" -> json(value);
            case "selectattr" ->
                Values.items(value).stream()
                        .filter(item -> has(item, arguments))
                        .toList();
            case "rejectattr" ->
                Values.items(value).stream()
                        .filter(item -> !has(item, arguments))
                        .toList();
            case "safe" -> value;
            default -> throw new TemplateException("the filter %s is not known".formatted(name));
        };
    }

    /** As far as it is one; else 0, as Jinja has it. */
    private static long number(String text) {
        try {
            return Long.parseLong(text.strip());
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static Object edge(List<Object> items, int place) {
        return items.isEmpty() ? Absent.UNDEFINED : items.get(place);
    }

    private static boolean has(Object item, List<Object> arguments) {
        Object key = Values.argument("selectattr", arguments, 0);
        Object value = item instanceof Map<?, ?> map && map.containsKey(key) ? map.get(key) : Absent.UNDEFINED;
        return arguments.size() == 1
                ? Values.isTrue(value)
                : Tests.holds(Values.string(arguments.get(1)), value, arguments.subList(2, arguments.size()));
    }

    /** With a space behind commas and colons, as Python writes it. */
    private static String json(Object value) {
        return switch (value) {
            case Map<?, ?> map ->
                map.entrySet().stream()
                        .map(entry -> json(entry.getKey()) + ": " + json(entry.getValue()))
                        .collect(java.util.stream.Collectors.joining(", ", "{", "}"));
            case List<?> list ->
                list.stream().map(Filters::json).collect(java.util.stream.Collectors.joining(", ", "[", "]"));
            case Absent _ -> "null";
            default -> JsonMapper.shared().writeValueAsString(value);
        };
    }
}
