package dev.busbar.translator.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.translator.decode.Interest;
import dev.busbar.translator.token.Direction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The model that is committed, on sentences its training never saw. */
class DemoModelTest {
    private static final int SENTENCES = 400;

    @ParameterizedTest
    // The model's card says 98.75 and 98.15 % of all its unseen sentences; what is asked of it is 96 and 95.
    @CsvSource({"en-zh, zh, 96", "en-de, de, 95"})
    void unseen_sentences_are_translated_as_they_should_be(String name, String target, double percent)
            throws IOException {
        Path folder = Path.of("demo-model").resolve(name);
        List<String> sources =
                Files.readAllLines(folder.resolve("unseen.source.txt")).subList(0, SENTENCES);
        List<String> expected =
                Files.readAllLines(folder.resolve("unseen.target.txt")).subList(0, SENTENCES);

        List<String> answers;
        try (Translator translator = Translator.load(folder, ModelFolder.preferred(Device.CPU), SessionSettings.CPU)) {
            answers = translator.translateAll(sources, new Direction("en", target), 1, 32, Interest.ALWAYS);
        }

        long exact = IntStream.range(0, SENTENCES)
                .filter(i -> answers.get(i).equals(expected.get(i)))
                .count();
        assertThat(exact * 100.0 / SENTENCES).isGreaterThanOrEqualTo(percent);
    }
}
