package dev.busbar.translator;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The committed tiny chat model, which {@code python/chat_model.py} wrote, in folders that a test may damage. */
public final class ChatModel {
    public static final Path PLACE = Path.of("src/test/resources/chat-model");

    private ChatModel() {}

    public static void copy(String form, Path to) throws IOException {
        Path from = PLACE.resolve(form);
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                Files.createDirectories(target.getParent());
                Files.copy(file, target);
            }
        }
    }

    public static void change(Path file, String from, String to) throws IOException {
        String before = Files.readString(file);
        if (!before.contains(from)) {
            throw new IllegalStateException(before + " has no " + from);
        }
        Files.writeString(file, before.replace(from, to));
    }

    public static List<String> forms() {
        return List.of("plain", "grouped");
    }
}
