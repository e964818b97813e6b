package dev.busbar.translator.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** The methods of Python's texts and maps that templates call. */
final class Methods {
    private Methods() {}

    static Object call(Object value, String name, List<Object> arguments) {
        return switch (value) {
            case String text -> ofText(text, name, arguments);
            case Map<?, ?> map -> ofMap(map, name, arguments);
            default -> throw new TemplateException("%s has no method %s".formatted(Values.kind(value), name));
        };
    }

    private static Object ofText(String text, String name, List<Object> arguments) {
        return switch (name) {
            case "strip" -> strip(text, arguments);
            case "lstrip" -> stripLeading(text, arguments);
            case "rstrip" -> stripTrailing(text, arguments);
            case "startswith" -> text.startsWith(argument(name, arguments, 0));
            case "endswith" -> text.endsWith(argument(name, arguments, 0));
            case "split" -> split(text, arguments);
            case "replace" -> text.replace(argument(name, arguments, 0), argument(name, arguments, 1));
            case "upper" -> text.toUpperCase(Locale.ROOT);
            case "lower" -> text.toLowerCase(Locale.ROOT);
            case "join" ->
                String.join(
                        text,
                        Values.items(Values.argument(name, arguments, 0)).stream()
                                .map(Values::string)
                                .toList());
            default -> throw new TemplateException("a text has no method %s".formatted(name));
        };
    }

    private static Object ofMap(Map<?, ?> map, String name, List<Object> arguments) {
        return switch (name) {
            case "items" ->
                map.entrySet().stream()
                        .<Object>map(entry -> List.of(entry.getKey(), entry.getValue()))
                        .toList();
            case "keys" -> List.copyOf(map.keySet());
            case "values" -> List.copyOf(map.values());
            case "get" -> {
                Object found = map.get(Values.argument(name, arguments, 0));
                yield found != null ? found : arguments.size() > 1 ? arguments.get(1) : Absent.NONE;
            }
            default -> throw new TemplateException("a map has no method %s".formatted(name));
        };
    }

    private static String argument(String method, List<Object> arguments, int place) {
        return Values.string(Values.argument(method, arguments, place));
    }

    private static List<Object> split(String text, List<Object> arguments) {
        if (arguments.isEmpty()) {
            return text.isBlank() ? List.of() : List.of((Object[]) text.strip().split("\\s+"));
        }
        int limit = arguments.size() > 1 ? Values.index(arguments.get(1)) + 1 : -1;
        return new ArrayList<>(List.of(Pattern.compile(argument("split", arguments, 0), Pattern.LITERAL)
                .split(text, limit)));
    }

    static String strip(String text, List<Object> arguments) {
        return stripLeading(stripTrailing(text, arguments), arguments);
    }

    private static String stripLeading(String text, List<Object> arguments) {
        int start = 0;
        while (start < text.length() && isStripped(text.charAt(start), arguments)) {
            start++;
        }
        return text.substring(start);
    }

    private static String stripTrailing(String text, List<Object> arguments) {
        int end = text.length();
        while (end > 0 && isStripped(text.charAt(end - 1), arguments)) {
            end--;
        }
        return text.substring(0, end);
    }

    private static boolean isStripped(char character, List<Object> arguments) {
        return arguments.isEmpty()
                ? Character.isWhitespace(character)
                : Values.string(arguments.getFirst()).indexOf(character) >= 0;
    }
}
