package dev.busbar.translator.template;

import dev.busbar.translator.template.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the statements of a template. */
final class Parser {
    private final Tokens tokens;
    private final ExpressionParser expressions;

    private Parser(Tokens tokens) {
        this.tokens = tokens;
        expressions = new ExpressionParser(tokens);
    }

    static List<Statement> parse(String source) {
        Tokens tokens = new Tokens(Lexer.tokens(source));
        List<Statement> statements = new Parser(tokens).until();
        if (tokens.peek().kind() != Kind.END) {
            throw tokens.unexpected("the end of the template");
        }
        return statements;
    }

    /** The statements up to a tag with one of these names, which stays to be read: its name comes next. */
    private List<Statement> until(String... ends) {
        List<Statement> statements = new ArrayList<>();
        while (true) {
            Token token = tokens.peek();
            switch (token.kind()) {
                case TEXT -> statements.add(new Statement.Text(tokens.next().text()));
                case OPEN_OUTPUT -> {
                    tokens.next();
                    statements.add(new Statement.Output(expressions.tuple()));
                    tokens.require(Kind.CLOSE);
                }
                case OPEN_TAG -> {
                    tokens.next();
                    if (List.of(ends).contains(tokens.peek().text())) {
                        return statements;
                    }
                    tag().ifPresent(statements::add);
                }
                case CLOSE, NAME, STRING, NUMBER, SIGN, END -> {
                    if (ends.length > 0) {
                        throw tokens.unexpected("one of " + String.join(", ", ends));
                    }
                    return statements;
                }
            }
        }
    }

    private Optional<Statement> tag() {
        Token name = tokens.require(Kind.NAME);
        return switch (name.text()) {
            case "set" -> Optional.of(assign());
            case "if" -> Optional.of(decide());
            case "for" -> Optional.of(loop());
            // Marks what a training counts: nothing to a prompt.
            case "generation", "endgeneration" -> {
                tokens.require(Kind.CLOSE);
                yield Optional.empty();
            }
            default ->
                throw new TemplateException(
                        "the tag %s at character %d is not one of set, if, for".formatted(name.text(), name.at()));
        };
    }

    private Statement assign() {
        String variable = tokens.require(Kind.NAME).text();
        Optional<String> member = tokens.take(Kind.SIGN, ".")
                ? Optional.of(tokens.require(Kind.NAME).text())
                : Optional.empty();
        tokens.require(Kind.SIGN, "=");
        Expression value = expressions.tuple();
        tokens.require(Kind.CLOSE);
        return new Statement.Assign(variable, member, value);
    }

    private Statement decide() {
        Expression condition = expressions.parse();
        tokens.require(Kind.CLOSE);
        List<Statement> then = until("elif", "else", "endif");
        String end = tokens.next().text();
        if (end.equals("elif")) {
            return new Statement.Decide(condition, then, List.of(decide()));
        }
        tokens.require(Kind.CLOSE);
        List<Statement> otherwise = end.equals("else") ? closed("endif") : List.of();
        return new Statement.Decide(condition, then, otherwise);
    }

    private Statement loop() {
        List<String> variables = new ArrayList<>();
        do {
            variables.add(tokens.require(Kind.NAME).text());
        } while (tokens.take(Kind.SIGN, ","));
        tokens.require(Kind.NAME, "in");
        Expression over = expressions.withoutChoice();
        Optional<Expression> only = tokens.take(Kind.NAME, "if") ? Optional.of(expressions.parse()) : Optional.empty();
        tokens.require(Kind.CLOSE);
        List<Statement> body = until("else", "endfor");
        String end = tokens.next().text();
        tokens.require(Kind.CLOSE);
        List<Statement> whenEmpty = end.equals("else") ? closed("endfor") : List.of();
        return new Statement.Loop(variables, over, only, body, whenEmpty);
    }

    private List<Statement> closed(String end) {
        List<Statement> statements = until(end);
        tokens.next();
        tokens.require(Kind.CLOSE);
        return statements;
    }
}
