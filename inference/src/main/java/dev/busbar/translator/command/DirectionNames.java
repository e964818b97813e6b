package dev.busbar.translator.command;

import dev.busbar.translator.token.Direction;
import java.nio.file.Path;
import java.util.Optional;

/** A model folder is named for its direction: {@code en-zh}. */
final class DirectionNames {
    private DirectionNames() {}

    static Direction of(Path folder, Optional<String> from, Optional<String> to) {
        String name = folder.toAbsolutePath().normalize().getFileName().toString();
        int dash = name.indexOf('-');
        if (dash < 0 && (from.isEmpty() || to.isEmpty())) {
            throw new IllegalArgumentException(
                    "the folder's name (%s) says no direction like en-zh\nMaybe give --from and --to".formatted(name));
        }
        return new Direction(
                from.orElseGet(() -> name.substring(0, dash)), to.orElseGet(() -> name.substring(dash + 1)));
    }
}
