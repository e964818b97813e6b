package dev.busbar.translator.template;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The variables of a template, or of one round of a loop in it: what is set there is forgotten with the round. */
final class Scope {
    private final Optional<Scope> outer;
    private final Map<String, Object> variables;

    Scope(Map<String, Object> variables) {
        this(Optional.empty(), new HashMap<>(variables));
    }

    private Scope(Optional<Scope> outer, Map<String, Object> variables) {
        this.outer = outer;
        this.variables = variables;
    }

    Scope inner() {
        return new Scope(Optional.of(this), new HashMap<>());
    }

    Object value(String name) {
        Object found = variables.get(name);
        if (found != null) {
            return found;
        }
        return outer.map(scope -> scope.value(name)).orElse(Absent.UNDEFINED);
    }

    void set(String name, Object value) {
        variables.put(name, value);
    }
}
