package dev.busbar.translator.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.translator.text.SentenceSplitter.Mode;
import dev.busbar.translator.text.SentenceSplitter.Piece;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SentenceSplitterTest {
    record Case(String text, Mode mode, List<String> sentences) {}

    static Stream<Case> cases() {
        return Stream.of(
                new Case("One. Two! Three?", Mode.SENTENCES_AND_LINES, List.of("One.", "Two!", "Three?")),
                new Case(
                        "Dr. Smith is here. Mr. Bean left.",
                        Mode.SENTENCES_AND_LINES,
                        List.of("Dr. Smith is here.", "Mr. Bean left.")),
                new Case("It costs 3.50 euros.", Mode.SENTENCES_AND_LINES, List.of("It costs 3.50 euros.")),
                new Case("line one\nline two", Mode.SENTENCES_AND_LINES, List.of("line one", "line two")),
                new Case("line one\nline two", Mode.SENTENCES, List.of("line one line two")),
                new Case("One. Two.", Mode.NONE, List.of("One. Two.")));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void a_text_is_cut_into_its_sentences(Case one) {
        assertThat(SentenceSplitter.split(one.text(), "en", one.mode()))
                .extracting(Piece::sentence)
                .isEqualTo(one.sentences());
    }

    @Test
    void chinese_sentences_end_without_a_space() {
        assertThat(SentenceSplitter.split("泵坏了。请检查！", "zh", Mode.SENTENCES_AND_LINES))
                .extracting(Piece::sentence)
                .containsExactly("泵坏了。", "请检查！");
    }

    @Test
    void line_breaks_stay_and_spaces_follow_the_target_language() {
        List<Piece> pieces = SentenceSplitter.split("One. Two.\n\nThree.", "en", Mode.SENTENCES_AND_LINES);

        assertThat(SentenceSplitter.join(pieces, List.of("Eins.", "Zwei.", "", "Drei."), "de"))
                .isEqualTo("Eins. Zwei.\n\nDrei.");
        assertThat(SentenceSplitter.join(pieces, List.of("一。", "二。", "", "三。"), "zh"))
                .isEqualTo("一。二。\n\n三。");
    }

    @Test
    void no_piece_is_longer_than_a_model_can_take() {
        List<Piece> pieces = SentenceSplitter.split("word ".repeat(5000), "en", Mode.SENTENCES_AND_LINES);

        assertThat(pieces)
                .hasSizeGreaterThan(30)
                .allSatisfy(piece -> assertThat(piece.sentence().length()).isLessThan(601));
    }
}
