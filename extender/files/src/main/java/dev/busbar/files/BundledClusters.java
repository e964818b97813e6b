package dev.busbar.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/** The cluster folders that come inside the jar. A jar can't list a folder, so an index names the files. */
public final class BundledClusters {
    static final String FOLDER = "clusters/";
    static final String INDEX = "index.txt";

    /** One of them; the sentence is the first comment of its first file. */
    public record Bundled(String name, String sentence, List<String> files) {
        public Bundled {
            files = List.copyOf(files);
        }

        List<ClusterFolder.Text> texts() {
            return files.stream()
                    .map(file -> new ClusterFolder.Text(file, resource(file)))
                    .toList();
        }
    }

    private BundledClusters() {}

    public static List<Bundled> all() {
        var files = new LinkedHashMap<String, List<String>>();
        resource(INDEX)
                .lines()
                .filter(line -> !line.isBlank())
                .forEach(file -> files.computeIfAbsent(file.substring(0, file.indexOf('/')), name -> new ArrayList<>())
                        .add(file));
        return files.entrySet().stream()
                .map(entry ->
                        new Bundled(entry.getKey(), sentence(entry.getValue().getFirst()), entry.getValue()))
                .toList();
    }

    static Optional<Bundled> find(String name) {
        return all().stream().filter(bundled -> bundled.name().equals(name)).findFirst();
    }

    static List<String> names() {
        return all().stream().map(Bundled::name).toList();
    }

    private static String sentence(String file) {
        return resource(file).lines().findFirst().orElse("").replaceFirst("^#\\s*", "");
    }

    private static String resource(String path) {
        try (var stream = BundledClusters.class.getResourceAsStream(FOLDER + path)) {
            if (stream == null) {
                throw new IllegalStateException("the jar lacks its cluster file %s%s".formatted(FOLDER, path));
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
