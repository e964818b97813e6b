package dev.busbar.server.wire;

/**
 * Walks over JSON text without building anything, and never reads beyond its end. It reads the plain text that
 * kube-scheduler sends and gives up on anything else with a {@link Surprise}: a full parser then has the last word.
 */
final class JsonCursor {
    /** Text that the cursor doesn't read. */
    static final class Surprise extends RuntimeException {
        private Surprise() {
            super("not plain", null, false, false);
        }
    }

    private final byte[] text;
    private final int end;
    private final int maxDepth;
    private int at;
    private int from;
    private int to;

    JsonCursor(byte[] text, int length, int maxDepth) {
        this.text = text;
        this.end = length;
        this.maxDepth = maxDepth;
    }

    static Surprise surprise() {
        return new Surprise();
    }

    int at() {
        return at;
    }

    void moveTo(int position) {
        if (position < at || position > end) {
            throw surprise();
        }
        at = position;
    }

    /** The next byte that is no white space, which stays the next one. */
    byte peek() {
        while (at < end) {
            byte b = text[at];
            if (b > ' ') {
                return b;
            }
            if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
                throw surprise();
            }
            at++;
        }
        throw surprise();
    }

    /** Passes over the byte if it is the next one. */
    boolean passed(char expected) {
        if (peek() != expected) {
            return false;
        }
        at++;
        return true;
    }

    void pass(char expected) {
        if (!passed(expected)) {
            throw surprise();
        }
    }

    boolean passedNull() {
        if (peek() != 'n') {
            return false;
        }
        skipValue();
        return true;
    }

    /** Whether another member follows in an object or array; passes over the comma or the closing byte. */
    boolean another(char closing) {
        if (passed(',')) {
            return true;
        }
        pass(closing);
        return false;
    }

    /** Passes over a string; {@link #from} and {@link #to} are then the bounds of what it holds. */
    void string() {
        pass('"');
        from = at;
        for (int i = at; i < end; i++) {
            byte b = text[i];
            if (b == '"') {
                to = i;
                at = i + 1;
                return;
            }
            if (b == '\\' || (b >= 0 && b < ' ')) {
                throw surprise();
            }
        }
        throw surprise();
    }

    /** Passes over a member's name and its colon. */
    void key() {
        string();
        pass(':');
    }

    int from() {
        return from;
    }

    int to() {
        return to;
    }

    /** Whether the last string is this one. */
    boolean is(byte[] name) {
        if (to - from != name.length) {
            return false;
        }
        for (int i = 0; i < name.length; i++) {
            if (text[from + i] != name[i]) {
                return false;
            }
        }
        return true;
    }

    /** Whether the last string is this name of Go's, which may begin with a small letter. */
    boolean isGoName(byte[] name) {
        if (is(name)) {
            return true;
        }
        if (to - from != name.length || text[from] != (name[0] | 0x20)) {
            return false;
        }
        for (int i = 1; i < name.length; i++) {
            if (text[from + i] != name[i]) {
                return false;
            }
        }
        return true;
    }

    /** Passes over a value of any kind. */
    void skipValue() {
        byte first = peek();
        if (first == '"') {
            skipString();
        } else if (first == '{' || first == '[') {
            skipNested();
        } else {
            skipWord();
        }
    }

    private void skipNested() {
        int depth = 0;
        int i = at;
        while (i < end) {
            byte b = text[i];
            if (b == '"') {
                at = i;
                skipString();
                i = at;
                continue;
            }
            i++;
            if (b == '{' || b == '[') {
                if (++depth > maxDepth) {
                    throw surprise();
                }
            } else if ((b == '}' || b == ']') && --depth == 0) {
                at = i;
                return;
            }
        }
        throw surprise();
    }

    private void skipString() {
        int i = at + 1;
        while (i < end) {
            byte b = text[i++];
            if (b == '"') {
                at = i;
                return;
            }
            if (b == '\\') {
                i++;
            }
        }
        throw surprise();
    }

    /** A number, true, false or null. */
    private void skipWord() {
        int start = at;
        while (at < end && isWordPart(text[at])) {
            at++;
        }
        if (at == start) {
            throw surprise();
        }
    }

    private static boolean isWordPart(byte b) {
        return (b >= 'a' && b <= 'z') || (b >= '0' && b <= '9') || b == '-' || b == '+' || b == '.' || b == 'E';
    }

    /** Nothing but white space may follow. */
    void end() {
        for (; at < end; at++) {
            byte b = text[at];
            if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
                throw surprise();
            }
        }
    }
}
