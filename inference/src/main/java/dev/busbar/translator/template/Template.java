package dev.busbar.translator.template;

import java.util.List;
import java.util.Map;

/** A template that was read: it gives the same text for the same variables. */
public final class Template {
    private static final String TOO_DEEP = "it is nested too deeply";

    private final List<Statement> statements;

    private Template(List<Statement> statements) {
        this.statements = statements;
    }

    /**
     * Reads one.
     *
     * @throws TemplateException when it can't be read
     */
    public static Template parse(String source) {
        try {
            return new Template(Parser.parse(source));
        } catch (StackOverflowError e) {
            throw new TemplateException(TOO_DEEP);
        }
    }

    /**
     * The text for these variables: texts, numbers, truths, and lists and maps of them.
     *
     * @throws TemplateException when the template can't be filled with them
     */
    public String render(Map<String, Object> variables) {
        StringBuilder out = new StringBuilder();
        try {
            run(statements, new Scope(variables), out);
        } catch (StackOverflowError e) {
            throw new TemplateException(TOO_DEEP);
        }
        return out.toString();
    }

    private static void run(List<Statement> statements, Scope scope, StringBuilder out) {
        Evaluator evaluator = new Evaluator(scope);
        for (Statement statement : statements) {
            switch (statement) {
                case Statement.Text(String text) -> out.append(text);
                case Statement.Output(Expression value) -> out.append(Values.text(evaluator.value(value)));
                case Statement.Assign assign -> assign(assign, scope, evaluator);
                case Statement.Decide(Expression condition, List<Statement> then, List<Statement> otherwise) ->
                    run(evaluator.isTrue(condition) ? then : otherwise, scope, out);
                case Statement.Loop loop -> loop(loop, scope, evaluator, out);
            }
        }
    }

    private static void assign(Statement.Assign assign, Scope scope, Evaluator evaluator) {
        Object value = evaluator.value(assign.value());
        if (assign.member().isEmpty()) {
            scope.set(assign.variable(), value);
        } else if (scope.value(assign.variable()) instanceof Namespace namespace) {
            namespace.members().put(assign.member().get(), value);
        } else {
            throw new TemplateException("%s is no namespace".formatted(assign.variable()));
        }
    }

    private static void loop(Statement.Loop loop, Scope scope, Evaluator evaluator, StringBuilder out) {
        List<Object> items = Values.items(evaluator.value(loop.over())).stream()
                .filter(item -> loop.only().isEmpty()
                        || new Evaluator(bound(loop, item, scope))
                                .isTrue(loop.only().get()))
                .toList();
        if (items.isEmpty()) {
            run(loop.whenEmpty(), scope, out);
        }
        for (int i = 0; i < items.size(); i++) {
            Scope round = bound(loop, items.get(i), scope);
            round.set("loop", place(items, i));
            run(loop.body(), round, out);
        }
    }

    private static Scope bound(Statement.Loop loop, Object item, Scope scope) {
        Scope round = scope.inner();
        if (loop.variables().size() == 1) {
            round.set(loop.variables().getFirst(), item);
            return round;
        }
        List<Object> parts = Values.items(item);
        if (parts.size() != loop.variables().size()) {
            throw new TemplateException(
                    "%d values for the variables %s".formatted(parts.size(), String.join(", ", loop.variables())));
        }
        for (int i = 0; i < parts.size(); i++) {
            round.set(loop.variables().get(i), parts.get(i));
        }
        return round;
    }

    private static Map<String, Object> place(List<Object> items, int i) {
        int last = items.size() - 1;
        return Map.of(
                "index0",
                (long) i,
                "index",
                i + 1L,
                "revindex0",
                (long) last - i,
                "revindex",
                last - i + 1L,
                "first",
                i == 0,
                "last",
                i == last,
                "length",
                (long) items.size(),
                "previtem",
                i == 0 ? Absent.UNDEFINED : items.get(i - 1),
                "nextitem",
                i == last ? Absent.UNDEFINED : items.get(i + 1));
    }
}
