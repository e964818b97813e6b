package dev.busbar.translator.template;

/** A template that cannot be read, or cannot be filled with what it was given. */
public final class TemplateException extends RuntimeException {
    private final String says;

    TemplateException(String message) {
        super(message);
        says = message;
    }

    /** What is wrong with the template. */
    public String says() {
        return says;
    }
}
