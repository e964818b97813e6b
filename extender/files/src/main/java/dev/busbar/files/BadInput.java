package dev.busbar.files;

/**
 * A text that someone gave us can't be read. The message is one line that names the place, the value found and what
 * was expected there; where there is something to do, a second line begins with "Maybe".
 */
public final class BadInput extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    private final String message;

    public BadInput(String message) {
        super(message);
        this.message = message;
    }

    public BadInput(String message, Throwable cause) {
        super(message, cause);
        this.message = message;
    }

    @Override
    public String getMessage() {
        return message;
    }

    /** The same with the larger place in front: a file's name before a field's path, say. */
    public BadInput in(String place) {
        return new BadInput(place + ": " + message, this);
    }
}
