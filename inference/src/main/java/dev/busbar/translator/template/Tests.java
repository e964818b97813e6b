package dev.busbar.translator.template;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** What {@code value is …} may ask. */
final class Tests {
    private static final Set<String> WITH_ONE = Set.of("equalto", "eq", "in", "divisibleby");

    private Tests() {}

    static boolean takesOne(String name) {
        return WITH_ONE.contains(name);
    }

    static boolean holds(String name, Object value, List<Object> arguments) {
        return switch (name) {
            case "defined" -> value != Absent.UNDEFINED;
            case "undefined" -> value == Absent.UNDEFINED;
            case "none" -> value == Absent.NONE;
            case "string" -> value instanceof String;
            case "number" -> value instanceof Number;
            case "integer" -> value instanceof Long;
            case "boolean" -> value instanceof Boolean;
            case "true" -> value.equals(true);
            case "false" -> value.equals(false);
            case "mapping" -> value instanceof Map;
            case "iterable", "sequence" -> value instanceof List || value instanceof Map || value instanceof String;
            case "equalto", "eq" -> Values.same(value, Values.argument(name, arguments, 0));
            case "in" -> Values.contains(Values.argument(name, arguments, 0), value);
            case "odd" -> Math.floorMod(Values.whole(value), 2) == 1;
            case "even" -> Math.floorMod(Values.whole(value), 2) == 0;
            case "divisibleby" -> Values.same(Arithmetic.of("%", value, Values.argument(name, arguments, 0)), 0L);
            default -> throw new TemplateException("the test %s is not known".formatted(name));
        };
    }
}
