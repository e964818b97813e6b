package dev.busbar.translator.template;

import dev.busbar.translator.template.Token.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads expressions; each method binds tighter than the one before it. */
final class ExpressionParser {
    private static final List<String> COMPARISONS = List.of("==", "!=", "<", "<=", ">", ">=");

    private final Tokens tokens;

    ExpressionParser(Tokens tokens) {
        this.tokens = tokens;
    }

    /** Several with commas between them are a list. */
    Expression tuple() {
        Expression first = parse();
        if (!tokens.sees(Kind.SIGN, ",")) {
            return first;
        }
        List<Expression> items = new ArrayList<>(List.of(first));
        while (tokens.take(Kind.SIGN, ",") && !tokens.sees(Kind.SIGN, ")")) {
            items.add(parse());
        }
        return new Expression.Items(items);
    }

    Expression parse() {
        Expression value = withoutChoice();
        while (tokens.take(Kind.NAME, "if")) {
            Expression condition = withoutChoice();
            Expression otherwise = tokens.take(Kind.NAME, "else") ? parse() : new Expression.Literal(Absent.UNDEFINED);
            value = new Expression.Choice(condition, value, otherwise);
        }
        return value;
    }

    Expression withoutChoice() {
        Expression left = and();
        while (tokens.take(Kind.NAME, "or")) {
            left = new Expression.Binary("or", left, and());
        }
        return left;
    }

    private Expression and() {
        Expression left = not();
        while (tokens.take(Kind.NAME, "and")) {
            left = new Expression.Binary("and", left, not());
        }
        return left;
    }

    private Expression not() {
        return tokens.take(Kind.NAME, "not") ? new Expression.Not(not()) : comparison();
    }

    private Expression comparison() {
        Expression left = sum();
        while (true) {
            if (tokens.peek().kind() == Kind.SIGN
                    && COMPARISONS.contains(tokens.peek().text())) {
                left = new Expression.Binary(tokens.next().text(), left, sum());
            } else if (tokens.take(Kind.NAME, "in")) {
                left = new Expression.Binary("in", left, sum());
            } else if (tokens.take(Kind.NAME, "not")) {
                tokens.require(Kind.NAME, "in");
                left = new Expression.Not(new Expression.Binary("in", left, sum()));
            } else {
                return left;
            }
        }
    }

    private Expression sum() {
        Expression left = concatenation();
        while (tokens.sees(Kind.SIGN, "+") || tokens.sees(Kind.SIGN, "-")) {
            left = new Expression.Binary(tokens.next().text(), left, concatenation());
        }
        return left;
    }

    private Expression concatenation() {
        Expression left = product();
        while (tokens.take(Kind.SIGN, "~")) {
            left = new Expression.Binary("~", left, product());
        }
        return left;
    }

    private Expression product() {
        Expression left = filtered();
        while (tokens.peek().kind() == Kind.SIGN
                && List.of("*", "/", "//", "%").contains(tokens.peek().text())) {
            left = new Expression.Binary(tokens.next().text(), left, filtered());
        }
        return left;
    }

    private Expression filtered() {
        Expression value = signed();
        while (true) {
            if (tokens.take(Kind.SIGN, "|")) {
                String name = tokens.require(Kind.NAME).text();
                value = new Expression.Filter(value, name, tokens.take(Kind.SIGN, "(") ? arguments() : List.of());
            } else if (tokens.take(Kind.NAME, "is")) {
                value = test(value);
            } else {
                return value;
            }
        }
    }

    private Expression test(Expression value) {
        boolean negated = tokens.take(Kind.NAME, "not");
        String name = tokens.require(Kind.NAME).text();
        List<Expression> arguments = List.of();
        if (tokens.take(Kind.SIGN, "(")) {
            arguments = arguments();
        } else if (Tests.takesOne(name)) {
            arguments = List.of(signed());
        }
        Expression test = new Expression.Test(value, name, arguments);
        return negated ? new Expression.Not(test) : test;
    }

    private Expression signed() {
        return tokens.take(Kind.SIGN, "-") ? new Expression.Minus(signed()) : member(primary());
    }

    private Expression member(Expression value) {
        if (tokens.take(Kind.SIGN, ".")) {
            String name = tokens.next().text();
            return member(new Expression.Member(value, new Expression.Literal(name)));
        }
        if (tokens.take(Kind.SIGN, "[")) {
            return member(subscript(value));
        }
        if (tokens.take(Kind.SIGN, "(")) {
            Map<String, Expression> named = new LinkedHashMap<>();
            return member(new Expression.Call(value, arguments(named), named));
        }
        return value;
    }

    private Expression subscript(Expression of) {
        Optional<Expression> first = bound();
        if (tokens.take(Kind.SIGN, "]")) {
            return new Expression.Member(of, first.orElseThrow(() -> tokens.unexpected("a key")));
        }
        tokens.require(Kind.SIGN, ":");
        Optional<Expression> to = bound();
        Optional<Expression> step = tokens.take(Kind.SIGN, ":") ? bound() : Optional.empty();
        tokens.require(Kind.SIGN, "]");
        return new Expression.Slice(of, first, to, step);
    }

    private Optional<Expression> bound() {
        return tokens.sees(Kind.SIGN, ":") || tokens.sees(Kind.SIGN, "]") ? Optional.empty() : Optional.of(parse());
    }

    private List<Expression> arguments() {
        Map<String, Expression> named = new LinkedHashMap<>();
        List<Expression> arguments = arguments(named);
        arguments.addAll(named.values());
        return arguments;
    }

    private List<Expression> arguments(Map<String, Expression> named) {
        List<Expression> arguments = new ArrayList<>();
        while (!tokens.take(Kind.SIGN, ")")) {
            Expression argument = parse();
            if (argument instanceof Expression.Name(String name) && tokens.take(Kind.SIGN, "=")) {
                named.put(name, parse());
            } else {
                arguments.add(argument);
            }
            if (!tokens.sees(Kind.SIGN, ")")) {
                tokens.require(Kind.SIGN, ",");
            }
        }
        return arguments;
    }

    private Expression primary() {
        Token token = tokens.next();
        return switch (token.kind()) {
            case STRING -> strings(token.text());
            case NUMBER -> new Expression.Literal(number(token));
            case NAME ->
                switch (token.text()) {
                    case "true", "True" -> new Expression.Literal(true);
                    case "false", "False" -> new Expression.Literal(false);
                    case "none", "None" -> new Expression.Literal(Absent.NONE);
                    default -> new Expression.Name(token.text());
                };
            case SIGN ->
                switch (token.text()) {
                    case "(" -> closed(tokens.sees(Kind.SIGN, ")") ? new Expression.Items(List.of()) : tuple());
                    case "[" -> new Expression.Items(items());
                    case "{" -> new Expression.Entries(entries());
                    default -> throw new TemplateException(token + ", expected a value");
                };
            case TEXT, OPEN_OUTPUT, OPEN_TAG, CLOSE, END -> throw new TemplateException(token + ", expected a value");
        };
    }

    private static Object number(Token token) {
        try {
            return token.text().contains(".") ? (Object) Double.valueOf(token.text()) : Long.valueOf(token.text());
        } catch (NumberFormatException e) {
            throw new TemplateException(token + " is no number, or too large a one");
        }
    }

    /** Texts that follow each other are one. */
    private Expression strings(String first) {
        StringBuilder text = new StringBuilder(first);
        while (tokens.peek().kind() == Kind.STRING) {
            text.append(tokens.next().text());
        }
        return new Expression.Literal(text.toString());
    }

    private Expression closed(Expression inner) {
        tokens.require(Kind.SIGN, ")");
        return inner;
    }

    private List<Expression> items() {
        List<Expression> items = new ArrayList<>();
        while (!tokens.take(Kind.SIGN, "]")) {
            items.add(parse());
            if (!tokens.sees(Kind.SIGN, "]")) {
                tokens.require(Kind.SIGN, ",");
            }
        }
        return items;
    }

    private Map<Expression, Expression> entries() {
        Map<Expression, Expression> entries = new LinkedHashMap<>();
        while (!tokens.take(Kind.SIGN, "}")) {
            Expression key = parse();
            tokens.require(Kind.SIGN, ":");
            entries.put(key, parse());
            if (!tokens.sees(Kind.SIGN, "}")) {
                tokens.require(Kind.SIGN, ",");
            }
        }
        return entries;
    }
}
