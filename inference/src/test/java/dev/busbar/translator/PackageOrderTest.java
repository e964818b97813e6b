package dev.busbar.translator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A package may use the ones before it in the list, never one after it. */
class PackageOrderTest {
    private static final List<String> ORDER =
            List.of("text", "template", "token", "decode", "onnx", "model", "batch", "serve", "command");
    private static final Pattern USE = Pattern.compile("dev\\.busbar\\.translator\\.([a-z]+)\\.[A-Z]");
    private static final Path SOURCES = Path.of("src/main/java/dev/busbar/translator");

    @Test
    void no_package_uses_one_that_comes_after_it() throws IOException {
        List<String> wrong = new ArrayList<>();
        for (Path file : sources()) {
            String user = SOURCES.relativize(file).getName(0).toString();
            Matcher use = USE.matcher(Files.readString(file));
            while (use.find()) {
                if (ORDER.indexOf(use.group(1)) > ORDER.indexOf(user)) {
                    wrong.add(user + " uses " + use.group(1) + " in " + file.getFileName());
                }
            }
        }

        assertThat(wrong).isEmpty();
    }

    @Test
    void every_package_is_in_the_list() throws IOException {
        assertThat(sources())
                .allSatisfy(file -> assertThat(ORDER)
                        .contains(SOURCES.relativize(file).getName(0).toString()));
    }

    @Test
    void only_the_model_package_knows_the_runtime() throws IOException {
        assertThat(sources())
                .filteredOn(file -> !file.startsWith(SOURCES.resolve("model")))
                .allSatisfy(file -> assertThat(Files.readString(file)).doesNotContain("onnxruntime"));
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        }
    }
}
