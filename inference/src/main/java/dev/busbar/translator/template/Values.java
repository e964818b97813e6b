package dev.busbar.translator.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Texts, whole and other numbers, truths, lists, maps and {@link Absent}, with Python's view of what they are. */
final class Values {
    private Values() {}

    static boolean isTrue(Object value) {
        return switch (value) {
            case Boolean truth -> truth;
            case String text -> !text.isEmpty();
            case Long number -> number != 0;
            case Double number -> number != 0;
            case List<?> list -> !list.isEmpty();
            case Map<?, ?> map -> !map.isEmpty();
            case Absent _ -> false;
            default -> true;
        };
    }

    static String text(Object value) {
        return switch (value) {
            case Boolean truth -> truth ? "True" : "False";
            case Absent absent -> absent == Absent.NONE ? "None" : "";
            case List<?> list -> list.stream().map(Values::quoted).toList().toString();
            default -> value.toString();
        };
    }

    private static String quoted(Object value) {
        return value instanceof String text ? "'" + text.replace("'", "\\'") + "'" : text(value);
    }

    static boolean same(Object left, Object right) {
        if (left instanceof Number a && right instanceof Number b) {
            return a.doubleValue() == b.doubleValue();
        }
        return left.equals(right);
    }

    static int compare(Object left, Object right) {
        if (left instanceof Number a && right instanceof Number b) {
            return Double.compare(a.doubleValue(), b.doubleValue());
        }
        if (left instanceof String a && right instanceof String b) {
            return a.compareTo(b);
        }
        throw new TemplateException("%s and %s cannot be ordered".formatted(kind(left), kind(right)));
    }

    static boolean contains(Object whole, Object part) {
        return switch (whole) {
            case String text -> text.contains(string(part));
            case List<?> list -> list.stream().anyMatch(item -> same(item, part));
            case Map<?, ?> map -> map.containsKey(part);
            default -> throw new TemplateException("nothing can be in %s".formatted(kind(whole)));
        };
    }

    static long length(Object value) {
        return switch (value) {
            case String text -> text.codePointCount(0, text.length());
            case List<?> list -> list.size();
            case Map<?, ?> map -> map.size();
            default -> throw new TemplateException("%s has no length".formatted(kind(value)));
        };
    }

    /** What a loop goes over: items, keys, or characters. */
    static List<Object> items(Object value) {
        return switch (value) {
            case List<?> list -> List.copyOf(list);
            case Map<?, ?> map -> List.copyOf(map.keySet());
            case String text ->
                text.codePoints().<Object>mapToObj(Character::toString).toList();
            case Absent absent when absent == Absent.UNDEFINED -> List.of();
            default -> throw new TemplateException("%s has no items".formatted(kind(value)));
        };
    }

    static Object slice(Object value, Object from, Object to, Object step) {
        List<Object> items = items(value);
        int stride = step == Absent.NONE ? 1 : index(step);
        if (stride == 0) {
            throw new TemplateException("a slice's step is 0");
        }
        int size = items.size();
        int start = bound(from, stride > 0 ? 0 : size - 1, size, stride);
        int end = to == Absent.NONE ? (stride > 0 ? size : -1) : bound(to, 0, size, stride);
        List<Object> chosen = new ArrayList<>();
        for (long i = start; stride > 0 ? i < end : i > end; i += stride) {
            chosen.add(items.get((int) i));
        }
        return value instanceof String
                ? String.join("", chosen.stream().map(Values::text).toList())
                : List.copyOf(chosen);
    }

    private static int bound(Object given, int otherwise, int size, int stride) {
        if (given == Absent.NONE) {
            return otherwise;
        }
        long place = whole(given);
        return Math.clamp(place < 0 ? place + size : place, stride > 0 ? 0 : -1, stride > 0 ? size : size - 1);
    }

    static String string(Object value) {
        if (value instanceof String text) {
            return text;
        }
        throw new TemplateException("%s is not a text".formatted(kind(value)));
    }

    static long whole(Object value) {
        return switch (value) {
            case Long number -> number;
            case Boolean truth -> truth ? 1 : 0;
            default -> throw new TemplateException("%s is not a whole number".formatted(kind(value)));
        };
    }

    /** A whole number that counts things. */
    static int index(Object value) {
        long number = whole(value);
        if (number != (int) number) {
            throw new TemplateException("%d is too large".formatted(number));
        }
        return (int) number;
    }

    /** One argument of a function, method, filter or test of this name. */
    static Object argument(String of, List<Object> arguments, int place) {
        if (arguments.size() <= place) {
            throw new TemplateException("%s needs %d arguments".formatted(of, place + 1));
        }
        return arguments.get(place);
    }

    static String kind(Object value) {
        return switch (value) {
            case String text -> "'" + text + "'";
            case List<?> _ -> "a list";
            case Map<?, ?> _ -> "a map";
            case Absent absent -> absent == Absent.NONE ? "none" : "what is undefined";
            default -> text(value);
        };
    }
}
