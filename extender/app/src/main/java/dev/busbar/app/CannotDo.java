package dev.busbar.app;

/** A command could not be done, for a reason that the message names. */
final class CannotDo extends RuntimeException {
    private static final long serialVersionUID = 1;

    CannotDo(String message) {
        super(message);
    }

    CannotDo(String message, Throwable cause) {
        super(message, cause);
    }
}
