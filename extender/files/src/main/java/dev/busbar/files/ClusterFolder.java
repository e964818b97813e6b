package dev.busbar.files;

import dev.busbar.core.cluster.ClusterEvent;
import dev.busbar.core.workload.ResourceNames;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A cluster in files: the events that an API server with these Node, GpuTopology and Pod objects would cause.
 *
 * @param warnings what is degraded or had to be guessed, one line each
 */
public record ClusterFolder(String name, List<ClusterEvent> events, List<String> warnings) {
    private static final Set<String> ENDINGS = Set.of("yaml", "yml", "json");

    /** One file of a cluster, read already. */
    record Text(String name, String content) {}

    public ClusterFolder {
        events = List.copyOf(events);
        warnings = List.copyOf(warnings);
    }

    /** The bundled cluster of this name, or else the folder at this path; {@code ./demo} is always a folder. */
    public static ClusterFolder find(String pathOrName, ResourceNames names) {
        var bundled = BundledClusters.find(pathOrName);
        if (bundled.isPresent()) {
            return of(bundled.get().name(), bundled.get().texts(), names);
        }
        var path = Path.of(pathOrName);
        if (Files.exists(path)) {
            return read(path, names);
        }
        throw new BadInput("cluster (%s) is neither a folder nor a bundled cluster\nMaybe one of %s is meant."
                .formatted(pathOrName, BundledClusters.names()));
    }

    /** All object files of the folder, or the one file, such as a snapshot. */
    public static ClusterFolder read(Path folder, ResourceNames names) {
        if (Files.isRegularFile(folder)) {
            return of(String.valueOf(folder.getFileName()), List.of(text(folder)), names);
        }
        var texts = new ArrayList<Text>();
        try (var files = Files.list(folder)) {
            for (var file : files.filter(ClusterFolder::isObjectFile).sorted().toList()) {
                texts.add(new Text(file.toString(), Files.readString(file, StandardCharsets.UTF_8)));
            }
        } catch (IOException e) {
            throw new BadInput("cluster folder %s can't be read: %s".formatted(folder, e), e);
        }
        if (texts.isEmpty()) {
            throw new BadInput(
                    "cluster folder %s has no file that ends in .yaml, .yml or .json\nMaybe the objects are a folder further down."
                            .formatted(folder));
        }
        return of(String.valueOf(folder.getFileName()), texts, names);
    }

    private static Text text(Path file) {
        try {
            return new Text(file.toString(), Files.readString(file, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new BadInput("cluster file %s can't be read: %s".formatted(file, e), e);
        }
    }

    static ClusterFolder of(String name, List<Text> texts, ResourceNames names) {
        var objects = new ClusterObjects(names);
        for (var text : texts) {
            for (var document : Documents.of(text.name(), text.content())) {
                try {
                    objects.add(document);
                } catch (BadInput e) {
                    throw e.in(document.title());
                }
            }
        }
        return new ClusterFolder(name, objects.events(), objects.warnings());
    }

    private static boolean isObjectFile(Path file) {
        var name = file.getFileName().toString();
        return ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1)) && Files.isRegularFile(file);
    }
}
