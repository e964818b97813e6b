package dev.busbar.files.gputopology;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a field is when the object does not have it. */
final class Absent {

    private Absent() {}

    static <T> T or(@Nullable T value, T otherwise) {
        return value == null ? otherwise : value;
    }

    static String text(@Nullable String value) {
        return value == null ? "" : value;
    }

    static <T> List<T> list(@Nullable List<T> values) {
        return values == null ? List.of() : List.copyOf(values);
    }

    static Map<String, String> map(@Nullable Map<String, String> values) {
        return values == null ? Map.of() : Map.copyOf(values);
    }
}
