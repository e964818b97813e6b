package dev.busbar.translator.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A template gives a text or says what is wrong with it, whatever stands in it. */
class TemplateFuzzTest {
    private static final int TEMPLATES = 30_000;
    private static final List<String> PIECES = List.of(
            "{{ ",
            " }}",
            "{% ",
            " %}",
            "-",
            "'",
            "a",
            "messages",
            "messages[0]",
            "[0]",
            "[9]",
            "[::0]",
            ".role",
            ".get()",
            ".join()",
            ".split('')",
            ".strip(1)",
            "|int",
            "|join",
            "|default",
            "|replace('a')",
            "|selectattr",
            "|tojson",
            "|first",
            "(",
            ")",
            "{",
            "}",
            ":",
            ",",
            "//",
            "%",
            "*",
            "+",
            "0",
            "99999999999999999999",
            "none",
            "set ",
            "for m in ",
            "if ",
            "endif",
            "endfor",
            "else",
            " in ",
            " not ",
            " is ",
            "=");

    @Test
    void a_mutated_template_gives_a_text_or_a_reason() {
        var random = new Random(7);
        var whole = TemplateTest.cases().map(TemplateTest.Case::template).toList();
        var wrong = new ArrayList<String>();
        int refused = 0;

        for (int i = 0; i < TEMPLATES; i++) {
            var template = mutated(whole.get(random.nextInt(whole.size())), random);
            try {
                Template.parse(template).render(TemplateTest.VARIABLES);
            } catch (TemplateException said) {
                refused++;
            } catch (RuntimeException | StackOverflowError other) {
                wrong.add(template + " -> " + other);
            }
        }

        assertThat(wrong).isEmpty();
        assertThat(refused).isBetween(TEMPLATES / 10, TEMPLATES * 9 / 10);
    }

    private static String mutated(String template, Random random) {
        var text = new StringBuilder(template);
        for (int i = random.nextInt(4); i >= 0; i--) {
            int at = random.nextInt(text.length() + 1);
            switch (random.nextInt(3)) {
                case 0 -> text.insert(at, PIECES.get(random.nextInt(PIECES.size())));
                case 1 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(3)));
                default ->
                    text.replace(
                            at,
                            Math.min(text.length(), at + 1 + random.nextInt(6)),
                            PIECES.get(random.nextInt(PIECES.size())));
            }
        }
        return text.toString();
    }

    private static Stream<String> nested() {
        int deep = 100_000;
        return Stream.of(
                "{{ " + "(".repeat(deep) + "1" + ")".repeat(deep) + " }}",
                "{{ " + "[".repeat(deep) + "1" + "]".repeat(deep) + " }}",
                "{{ " + "-".repeat(deep) + "1 }}",
                "{{ 1" + " + 1".repeat(deep) + " }}",
                "{% if true %}".repeat(deep) + "a" + "{% endif %}".repeat(deep));
    }

    @ParameterizedTest
    @MethodSource("nested")
    void what_is_nested_without_measure_gives_a_text_or_the_reason(String template) {
        // How deep is too deep depends on the stack, and on what the compiler has made of the code by then.
        assertThatCode(() -> rendered(template)).doesNotThrowAnyException();
    }

    private static String rendered(String template) {
        try {
            return Template.parse(template).render(Map.of());
        } catch (TemplateException said) {
            assertThat(said).hasMessageContaining("nested");
            return "";
        }
    }
}
