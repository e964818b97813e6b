package dev.busbar.translator.token;

import dev.busbar.translator.text.Placeholders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import tools.jackson.databind.JsonNode;

/** What a model folder says about itself beyond the usual files, in {@code busbar.json}; most folders say nothing. */
public final class Declarations {
    static final String FILE = "busbar.json";
    private static final int FORMAT = 1;

    private Declarations() {}

    public static Placeholders read(Path folder) {
        Optional<FolderFile> file = FolderFile.find(folder, FILE);
        if (file.isEmpty()) {
            return Placeholders.NONE;
        }
        if (file.get().number("format") != FORMAT) {
            throw file.get().wrong("format", Integer.toString(FORMAT));
        }
        List<Placeholders.Kind> kinds = new ArrayList<>();
        for (JsonNode kind : file.get().field("placeholders")) {
            kinds.add(kind(folder, file.get(), kind));
        }
        return kinds.isEmpty() ? Placeholders.NONE : new Placeholders(kinds);
    }

    private static Placeholders.Kind kind(Path folder, FolderFile file, JsonNode kind) {
        List<String> slots = new ArrayList<>();
        kind.path("slots").forEach(slot -> slots.add(slot.stringValue("")));
        if (slots.isEmpty() || slots.contains("")) {
            throw file.wrong("placeholders", "slots in each, as a list of texts");
        }
        try {
            return new Placeholders.Kind(
                    kind.path("kind").stringValue("placeholder"),
                    Pattern.compile(kind.path("pattern").stringValue("")),
                    known(folder, kind),
                    slots);
        } catch (PatternSyntaxException broken) {
            throw file.wrong(
                    "placeholders", "patterns that are regular expressions (%s)".formatted(broken.getDescription()));
        }
    }

    private static Set<String> known(Path folder, JsonNode kind) {
        String name = kind.path("known").stringValue("");
        if (name.isEmpty()) {
            return Set.of();
        }
        try {
            return new HashSet<>(Files.readAllLines(folder.resolve(name)));
        } catch (IOException failure) {
            throw new UncheckedIOException("%s: %s cannot be read".formatted(folder, name), failure);
        }
    }
}
