package dev.busbar.translator.template;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What has a value within a template. */
sealed interface Expression {
    record Literal(Object value) implements Expression {}

    record Name(String name) implements Expression {}

    record Items(List<Expression> items) implements Expression {}

    record Entries(Map<Expression, Expression> entries) implements Expression {}

    record Member(Expression of, Expression key) implements Expression {}

    record Slice(Expression of, Optional<Expression> from, Optional<Expression> to, Optional<Expression> step)
            implements Expression {}

    record Call(Expression callee, List<Expression> arguments, Map<String, Expression> named) implements Expression {}

    record Filter(Expression input, String name, List<Expression> arguments) implements Expression {}

    record Test(Expression input, String name, List<Expression> arguments) implements Expression {}

    record Not(Expression of) implements Expression {}

    record Minus(Expression of) implements Expression {}

    record Binary(String sign, Expression left, Expression right) implements Expression {}

    record Choice(Expression condition, Expression then, Expression otherwise) implements Expression {}
}
