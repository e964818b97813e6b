package dev.busbar.translator.template;

/** The smallest part of a template, and where it begins. */
record Token(Kind kind, String text, int at) {
    enum Kind {
        /** What stands outside of all marks. */
        TEXT,
        OPEN_OUTPUT,
        OPEN_TAG,
        CLOSE,
        NAME,
        STRING,
        NUMBER,
        SIGN,
        END
    }

    boolean is(Kind other, String wanted) {
        return kind == other && text.equals(wanted);
    }

    @Override
    public String toString() {
        return kind == Kind.END ? "the end" : "'%s' at character %d".formatted(text, at);
    }
}
