package dev.busbar.agent.sysfs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A folder laid out as the kernel's /sys. Its files vanish, are empty or are refused at any time; all of that is an
 * absent answer here.
 */
final class SysfsFolder {

    private static final int MAX_BYTES = 16 * 1024;

    private final Path root;

    SysfsFolder(Path root) {
        this.root = root;
    }

    Path path(String relative) {
        return root.resolve(relative);
    }

    Optional<String> text(Path file) {
        try (var in = Files.newInputStream(file)) {
            var text = new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8).strip();
            return text.isEmpty() ? Optional.empty() : Optional.of(text);
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    /** Decimal, or hexadecimal with 0x before it. */
    OptionalLong number(Path file) {
        try {
            var text = text(file);
            return text.isPresent() ? OptionalLong.of(Long.decode(text.get())) : OptionalLong.empty();
        } catch (NumberFormatException _) {
            return OptionalLong.empty();
        }
    }

    /** The names in a folder, {@code mlx5_2} before {@code mlx5_10}. */
    List<String> names(String folder) {
        try (var entries = Files.list(path(folder))) {
            return entries.map(entry -> entry.getFileName().toString())
                    .sorted(Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder()))
                    .toList();
        } catch (IOException _) {
            return List.of();
        }
    }

    /** Where a link leads. */
    Optional<Path> real(Path link) {
        try {
            return Optional.of(link.toRealPath());
        } catch (IOException _) {
            return Optional.empty();
        }
    }
}
