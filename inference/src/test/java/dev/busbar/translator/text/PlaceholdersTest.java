package dev.busbar.translator.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.translator.text.Placeholders.Filled;
import dev.busbar.translator.text.Placeholders.Kind;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class PlaceholdersTest {
    private static final Placeholders PLACEHOLDERS = new Placeholders(List.of(
            new Kind("number", Pattern.compile("\\d+"), Set.of(), List.of("<n1>", "<n2>")),
            new Kind("word", Pattern.compile("\\p{L}+"), Set.of("the", "pump", "has"), List.of("<w1>"))));

    @Test
    void numbers_and_unknown_words_become_slots_and_come_back() {
        Filled filled = PLACEHOLDERS.fill("The pump Zorg has 12 of 345");

        // "of" is unknown too, but the only slot for words is taken by Zorg.
        assertThat(filled.text()).isEqualTo("The pump <w1> has <n1> of <n2>");
        assertThat(filled.restore("<n2> und <n1> von <w1>")).isEqualTo("345 und 12 von Zorg");
    }

    @Test
    void a_slot_that_stands_for_nothing_is_dropped() {
        assertThat(PLACEHOLDERS.fill("the pump").restore("die Pumpe <n1>")).isEqualTo("die Pumpe ");
    }

    @Test
    void a_value_that_looks_like_a_pattern_comes_back_as_it_is() {
        Placeholders any =
                new Placeholders(List.of(new Kind("sign", Pattern.compile("\\$\\w+"), Set.of(), List.of("<n1>"))));

        assertThat(any.fill("a $1").restore("<n1>")).isEqualTo("$1");
    }

    @Test
    void without_declarations_nothing_changes() {
        assertThat(Placeholders.NONE.fill("12 <n1>").text()).isEqualTo("12 <n1>");
        assertThat(Placeholders.NONE.fill("12").restore("<n1>")).isEqualTo("<n1>");
    }
}
