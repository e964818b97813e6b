package dev.busbar.files;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What a reader that never gives up found wrong. Errors are mistakes in the object, warnings say what is degraded. */
final class Complaints {
    private final Set<String> errors = new LinkedHashSet<>();
    private final Set<String> warnings = new LinkedHashSet<>();

    void error(String text) {
        errors.add(text);
    }

    void warn(String text) {
        warnings.add(text);
    }

    List<String> errors() {
        return new ArrayList<>(errors);
    }

    List<String> warnings() {
        return new ArrayList<>(warnings);
    }
}
