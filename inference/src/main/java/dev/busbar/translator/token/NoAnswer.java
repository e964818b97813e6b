package dev.busbar.translator.token;

/** A model wrote something, but no translation. */
public final class NoAnswer extends RuntimeException {
    private final String says;

    NoAnswer(String message) {
        super(message, null, false, false);
        says = message;
    }

    /** What the client is told. */
    public String says() {
        return says;
    }
}
