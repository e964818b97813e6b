package dev.busbar.translator.template;

import java.util.List;
import java.util.Optional;

/** What a template does, one after the other. */
sealed interface Statement {
    record Text(String text) implements Statement {}

    record Output(Expression value) implements Statement {}

    /** To a variable of this scope, or to a member of what it holds. */
    record Assign(String variable, Optional<String> member, Expression value) implements Statement {}

    record Decide(Expression condition, List<Statement> then, List<Statement> otherwise) implements Statement {}

    record Loop(
            List<String> variables,
            Expression over,
            Optional<Expression> only,
            List<Statement> body,
            List<Statement> whenEmpty)
            implements Statement {}
}
