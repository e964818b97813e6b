package dev.busbar.translator.template;

import dev.busbar.translator.template.Token.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a template into tokens, white space around its marks treated as transformers does: a line that has only a tag
 * leaves nothing behind.
 */
final class Lexer {
    private static final List<String> SIGNS = List.of(
            "==", "!=", "<=", ">=", "//", "**", "+", "-", "*", "/", "%", "~", "<", ">", "=", "(", ")", "[", "]", "{",
            "}", ",", ".", ":", "|");

    private final String source;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private boolean atLineStart = true;

    private Lexer(String source) {
        // As for a file: the newline at the very end ends the last line, and is no text.
        this.source = source.endsWith("\n") ? source.substring(0, source.length() - 1) : source;
    }

    static List<Token> tokens(String source) {
        Lexer lexer = new Lexer(source.replace("\r\n", "\n"));
        while (lexer.at < lexer.source.length()) {
            lexer.textAndMark();
        }
        lexer.add(Kind.END, "", lexer.at);
        return lexer.tokens;
    }

    private void textAndMark() {
        int mark = nextMark();
        if (mark < 0) {
            add(Kind.TEXT, source.substring(at), at);
            at = source.length();
            return;
        }
        char kind = source.charAt(mark + 1);
        char sign = mark + 2 < source.length() ? source.charAt(mark + 2) : ' ';
        String text = before(source.substring(at, mark), kind, sign);
        if (!text.isEmpty()) {
            add(Kind.TEXT, text, at);
        }
        at = mark + (sign == '-' || sign == '+' ? 3 : 2);
        if (kind == '#') {
            skipComment(mark);
            return;
        }
        add(kind == '{' ? Kind.OPEN_OUTPUT : Kind.OPEN_TAG, source.substring(mark, at), mark);
        String closing = kind == '{' ? "}}" : "%}";
        int depth = 0;
        while (!(depth == 0 && closes(closing))) {
            depth += inner(mark);
        }
        close(closing);
    }

    private int nextMark() {
        for (int i = source.indexOf('{', at); i >= 0 && i + 1 < source.length(); i = source.indexOf('{', i + 1)) {
            if ("{%#".indexOf(source.charAt(i + 1)) >= 0) {
                return i;
            }
        }
        return -1;
    }

    private String before(String text, char kind, char sign) {
        if (sign == '-') {
            return text.stripTrailing();
        }
        int line = text.lastIndexOf('\n') + 1;
        boolean only = (line > 0 || atLineStart) && text.substring(line).isBlank();
        return kind != '{' && sign != '+' && only ? text.substring(0, line) : text;
    }

    private void skipComment(int mark) {
        int end = source.indexOf("#}", at);
        if (end < 0) {
            throw new TemplateException("the comment at character %d has no end".formatted(mark));
        }
        at = source.charAt(end - 1) == '-' && end > at ? end - 1 : end;
        close("#}");
    }

    private boolean closes(String closing) {
        return source.startsWith(closing, at)
                || ((source.startsWith("-", at) || source.startsWith("+", at)) && source.startsWith(closing, at + 1));
    }

    /** The closing mark, and the white space behind it that belongs to it. */
    private void close(String closing) {
        boolean strips = source.startsWith("-", at);
        boolean keeps = source.startsWith("+", at);
        int end = at + closing.length() + (strips || keeps ? 1 : 0);
        if (!closing.equals("#}")) {
            add(Kind.CLOSE, source.substring(at, end), at);
        }
        at = end;
        if (strips) {
            while (at < source.length() && Character.isWhitespace(source.charAt(at))) {
                at++;
            }
        } else if (!keeps && !closing.equals("}}") && source.startsWith("\n", at)) {
            at++;
        }
        atLineStart = source.charAt(at - 1) == '\n';
    }

    /** One token within a mark; gives by how much deeper in braces the next one is. */
    private int inner(int mark) {
        if (at >= source.length()) {
            throw new TemplateException("what begins at character %d has no end".formatted(mark));
        }
        char next = source.charAt(at);
        if (Character.isWhitespace(next)) {
            at++;
            return 0;
        }
        if (next == '\'' || next == '"') {
            string(next);
            return 0;
        }
        int start = at;
        if (Character.isDigit(next)) {
            at = end(start);
            if (source.startsWith(".", at) && at + 1 < source.length() && Character.isDigit(source.charAt(at + 1))) {
                at = end(at + 1);
            }
            add(Kind.NUMBER, source.substring(start, at), start);
            return 0;
        }
        if (Character.isJavaIdentifierStart(next)) {
            at = end(start);
            add(Kind.NAME, source.substring(start, at), start);
            return 0;
        }
        String sign = SIGNS.stream()
                .filter(candidate -> source.startsWith(candidate, start))
                .findFirst()
                .orElseThrow(() ->
                        new TemplateException("'%c' at character %d is no sign of a template".formatted(next, start)));
        at += sign.length();
        add(Kind.SIGN, sign, start);
        return sign.equals("{") ? 1 : sign.equals("}") ? -1 : 0;
    }

    private int end(int from) {
        int end = from;
        while (end < source.length() && (Character.isLetterOrDigit(source.charAt(end)) || source.charAt(end) == '_')) {
            end++;
        }
        return end;
    }

    private void string(char quote) {
        StringBuilder text = new StringBuilder();
        int start = at++;
        while (at < source.length() && source.charAt(at) != quote) {
            char next = source.charAt(at++);
            if (next == '\\' && at < source.length()) {
                char escaped = source.charAt(at++);
                text.append(
                        switch (escaped) {
                            case 'n' -> "\n";
                            case 't' -> "\t";
                            case 'r' -> "\r";
                            case '\\', '\'', '"' -> String.valueOf(escaped);
                            default -> "\\" + escaped;
                        });
            } else {
                text.append(next);
            }
        }
        if (at >= source.length()) {
            throw new TemplateException("the text at character %d has no end".formatted(start));
        }
        at++;
        add(Kind.STRING, text.toString(), start);
    }

    private void add(Kind kind, String text, int start) {
        tokens.add(new Token(kind, text, start));
    }
}
