package dev.busbar.translator.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.translator.TinyModel;
import dev.busbar.translator.TinyModel.Layout;
import dev.busbar.translator.decode.Interest;
import dev.busbar.translator.token.Direction;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class TranslatorTest {
    private static final Direction DIRECTION = new Direction("en", "de");

    @TempDir
    Path folder;

    record Case(String name, Layout layout, boolean m2m, int beams) {
        Path write(Path folder) {
            return m2m ? TinyModel.m2m100(folder, layout, 7) : TinyModel.marian(folder, layout, 7);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() {
        return Stream.of(
                new Case("Marian merged, greedy", Layout.MERGED, false, 1),
                new Case("Marian split, greedy", Layout.SPLIT, false, 1),
                new Case("Marian merged, three beams", Layout.MERGED, false, 3),
                new Case("Marian fused, greedy", Layout.FUSED, false, 1),
                new Case("Marian fused, two beams", Layout.FUSED, false, 2),
                new Case("Marian in place, greedy", Layout.IN_PLACE, false, 1),
                new Case("Marian in place, three beams", Layout.IN_PLACE, false, 3),
                new Case("M2M100 fused, greedy", Layout.FUSED, true, 1),
                new Case("M2M100 in place, two beams", Layout.IN_PLACE, true, 2),
                new Case("M2M100 merged, greedy", Layout.MERGED, true, 1),
                new Case("M2M100 split, two beams", Layout.SPLIT, true, 2));
    }

    @ParameterizedTest
    @EnumSource(
            value = Layout.class,
            names = {"MERGED", "SPLIT"})
    void a_tokenizer_json_gives_what_the_piece_model_gives(Layout layout) {
        List<String> texts = sentences(40);
        try (Translator pieces = load(TinyModel.m2m100(folder.resolve("m2m100"), layout, 7));
                Translator tokenizer = load(TinyModel.nllb(folder.resolve("nllb"), layout, 7))) {
            List<String> expected = pieces.translateAll(texts, DIRECTION, 1, 8, Interest.ALWAYS);

            List<String> found = tokenizer.translateAll(texts, DIRECTION, 1, 8, Interest.ALWAYS);

            assertThat(found).isEqualTo(expected);
            assertThat(found.stream().distinct().count())
                    .as("different translations")
                    .isGreaterThan(20);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void a_batch_gives_what_single_sentences_give(Case one) {
        List<String> texts = sentences(40);
        try (Translator translator = load(one.write(folder))) {
            List<String> alone = translator.translateAll(texts, DIRECTION, one.beams(), 1, Interest.ALWAYS);

            List<String> together = translator.translateAll(texts, DIRECTION, one.beams(), 16, Interest.ALWAYS);

            assertThat(together).isEqualTo(alone);
            assertThat(alone.stream().distinct().count())
                    .as("different translations")
                    .isGreaterThan(20);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void every_form_of_a_decoder_gives_the_same(Case one) {
        List<String> texts = sentences(20);
        Case other = new Case("", one.layout() == Layout.MERGED ? Layout.SPLIT : Layout.MERGED, one.m2m(), one.beams());
        try (Translator translator = load(one.write(folder.resolve("one")));
                Translator otherwise = load(other.write(folder.resolve("other")))) {
            List<String> answers = translator.translateAll(texts, DIRECTION, one.beams(), 8, Interest.ALWAYS);

            assertThat(answers).isEqualTo(otherwise.translateAll(texts, DIRECTION, one.beams(), 8, Interest.ALWAYS));
        }
    }

    private static Translator load(Path folder) {
        return Translator.load(folder, ModelFolder.preferred(Device.CPU), SessionSettings.CPU);
    }

    private static List<String> sentences(int count) {
        SplittableRandom random = new SplittableRandom(5);
        List<String> sentences = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            StringBuilder text = new StringBuilder();
            int words = 1 + random.nextInt(9);
            for (int word = 0; word < words; word++) {
                text.append(word == 0 ? "" : " ");
                for (int letters = 1 + random.nextInt(5); letters > 0; letters--) {
                    text.append((char) ('a' + random.nextInt(26)));
                }
            }
            sentences.add(text.append('.').toString());
        }
        return sentences;
    }
}
