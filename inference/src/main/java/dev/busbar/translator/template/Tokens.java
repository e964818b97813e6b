package dev.busbar.translator.template;

import dev.busbar.translator.template.Token.Kind;
import java.util.List;

/** The tokens of a template and how far they are read. */
final class Tokens {
    private final List<Token> tokens;
    private int next;

    Tokens(List<Token> tokens) {
        this.tokens = tokens;
    }

    Token peek() {
        return tokens.get(next);
    }

    /** The last token is the end, and stays so. */
    Token next() {
        Token token = tokens.get(next);
        next = Math.min(next + 1, tokens.size() - 1);
        return token;
    }

    boolean sees(Kind kind, String text) {
        return peek().is(kind, text);
    }

    boolean take(Kind kind, String text) {
        if (!sees(kind, text)) {
            return false;
        }
        next();
        return true;
    }

    Token require(Kind kind) {
        if (peek().kind() != kind) {
            throw unexpected(
                    kind == Kind.CLOSE
                            ? "the end of the tag"
                            : "a " + kind.name().toLowerCase(java.util.Locale.ROOT));
        }
        return next();
    }

    void require(Kind kind, String text) {
        if (!take(kind, text)) {
            throw unexpected("'" + text + "'");
        }
    }

    TemplateException unexpected(String expected) {
        return new TemplateException("%s, expected %s".formatted(peek(), expected));
    }
}
