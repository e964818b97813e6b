package dev.busbar.testclusters.scaling;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A ConfigMap with one file as the kubelet mounts it: {@code settings.yaml -> ..data/settings.yaml} and
 * {@code ..data -> ..<version>}. A change is a new version beside the old one, and one rename of the link.
 */
final class ConfigMapVolume {
    private final Path folder;
    private int version;

    ConfigMapVolume(Path folder, String content) {
        this.folder = folder;
        try {
            Files.createDirectories(folder);
            Files.createSymbolicLink(file(), Path.of("..data/settings.yaml"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        change(content);
    }

    Path file() {
        return folder.resolve("settings.yaml");
    }

    void change(String content) {
        try {
            var before = folder.resolve("..version-" + version);
            version++;
            var now = Files.createDirectory(folder.resolve("..version-" + version));
            Files.writeString(now.resolve("settings.yaml"), content);
            var link = Files.createSymbolicLink(folder.resolve("..data_tmp"), now.getFileName());
            Files.move(link, folder.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
            if (Files.deleteIfExists(before.resolve("settings.yaml"))) {
                Files.delete(before);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
