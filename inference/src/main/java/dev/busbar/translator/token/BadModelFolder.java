package dev.busbar.translator.token;

import java.nio.file.Path;

/** A model folder that cannot be used: which file, which field in it, what stands there and what should. */
public final class BadModelFolder extends RuntimeException {
    public BadModelFolder(Path file, String field, Object found, String expected) {
        super("%s: %s is %s, expected %s".formatted(file, field, found, expected));
    }

    public BadModelFolder(Path folder, String missing) {
        super("%s: %s".formatted(folder, missing));
    }
}
