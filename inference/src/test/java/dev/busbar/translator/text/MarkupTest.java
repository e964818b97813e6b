package dev.busbar.translator.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import dev.busbar.translator.text.Markup.Run;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MarkupTest {
    record Case(String html, List<String> texts) {}

    static Stream<Case> cases() {
        return Stream.of(
                new Case("<p>One <b>two</b></p>", List.of("One", "two")),
                new Case("a &lt; b &amp; c &#233;", List.of("a < b & c é")),
                new Case("<a title=\"x > y\">link</a>", List.of("link")),
                new Case("<script>if (a < b) {}</script>after", List.of("after")),
                new Case("<p translate=\"no\">Busbar <i>stays</i></p>not this", List.of("not this")),
                new Case("<!-- a comment -->text", List.of("text")),
                new Case("never <b>closed", List.of("never", "closed")),
                new Case("3 < 4 and <", List.of("3 < 4 and <")),
                new Case("<p", List.of("<p")));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void only_text_is_given_out_for_translation(Case one) {
        List<String> texts = Markup.parse(one.html()).stream()
                .filter(Run.Text.class::isInstance)
                .map(run -> ((Run.Text) run).text())
                .toList();

        assertThat(texts).isEqualTo(one.texts());
    }

    @Test
    void a_document_whose_texts_stay_comes_back_whole() {
        String html = "<html><body class='a'>\n <p>One &amp; two</p> <br/><style>p > a {}</style>end</body></html>";

        String back = Markup.parse(html).stream()
                .map(run -> switch (run) {
                    case Run.Text(String text) -> Markup.escape(text);
                    case Run.Verbatim(String markup) -> markup;
                })
                .collect(Collectors.joining());

        assertThat(back).isEqualTo(html);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"<a ", "<!--", "<code>", "<a \"", "<![CDATA[", "<", "<p translate=\"no\">", "\"\"", "<a x='y' z>"
            })
    void a_megabyte_of_what_never_ends_is_read_at_once(String piece) {
        String html = "<a " + piece.repeat((1 << 20) / piece.length());

        String back = assertTimeout(Duration.ofSeconds(20), () -> Markup.parse(html)).stream()
                .map(run -> switch (run) {
                    case Run.Text(String text) -> text;
                    case Run.Verbatim(String markup) -> markup;
                })
                .collect(Collectors.joining());

        assertThat(back).isEqualTo(html);
    }
}
