package dev.busbar.testclusters.scaling;

import dev.busbar.testclusters.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The demo model of this checkout. */
final class DemoModels {
    private DemoModels() {}

    static Path folder(String pair) {
        return Repository.root().resolve("inference/demo-model").resolve(pair);
    }

    /** A folder that holds one pair only. */
    static Path of(String pair, Path models) {
        var copy = models.resolve(pair);
        try (var files = Files.list(folder(pair))) {
            Files.createDirectories(copy);
            for (var file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
            return models;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
