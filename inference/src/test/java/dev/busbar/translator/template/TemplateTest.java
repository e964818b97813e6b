package dev.busbar.translator.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is expected of a template is what Jinja 3 makes of it, with blocks trimmed as transformers has them. */
class TemplateTest {
    static final Map<String, Object> VARIABLES = Map.of(
            "bos_token",
            "<s>",
            "add_generation_prompt",
            true,
            "messages",
            List.of(
                    Map.of("role", "system", "content", "Be brief."),
                    Map.of("role", "user", "content", " Hello {{ x }} {% if %} <b> 'a' \"b\" "),
                    Map.of("role", "assistant", "content", "<think>\nhm\n</think>\n\nHi")));

    record Case(String name, String template, String expected) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() {
        return Stream.of(
                new Case("text alone stays", "a { b } % }} c", "a { b } % }} c"),
                new Case("the newline at the end is no text", "a\n", "a"),
                new Case("a tag's own line leaves nothing", "a\n  {% if true %}\nb\n  {% endif %}\nc", "a\nb\nc"),
                new Case("an output's line stays", "a\n  {{ 'b' }}\nc", "a\n  b\nc"),
                new Case("a dash eats white space", "a \n {{- 'b' -}} \n c", "abc"),
                new Case("a plus keeps it", "a\n  {%+ if true +%}\nb{% endif %}", "a\n  \nb"),
                new Case("a comment leaves nothing", "a\n  {# no -#}\n\n b", "a\nb"),
                new Case("escapes", "{{ 'a\\nb\\t\\'c\\'' + \"\\\\n\" }}", "a\nb\t'c'\\n"),
                new Case("braces in texts and maps", "{{ '}}' + {'a': {'b': 'c'}}['a']['b'] + '%}' }}", "}}c%}"),
                new Case(
                        "not binds looser than is",
                        "{% if not add_generation_prompt is defined %}no{% else %}yes{% endif %}",
                        "yes"),
                new Case(
                        "a namespace outlives a loop, a variable does not",
                        "{% set ns = namespace(n=0, text='') %}{% set own = 0 %}{% for m in messages %}"
                                + "{% set ns.n = ns.n + 1 %}{% set own = own + 1 %}{% endfor %}{{ ns.n }}{{ own }}",
                        "30"),
                new Case(
                        "a condition is no scope",
                        "{% set a = 1 %}{% if true %}{% set a = 2 %}{% endif %}{{ a }}",
                        "2"),
                new Case(
                        "a loop knows its place",
                        "{% for m in messages %}{{ loop.index0 }}{{ '!' if loop.last else ',' }}{% endfor %}",
                        "0,1,2!"),
                new Case(
                        "a loop with a condition, and one over nothing",
                        "{% for m in messages if m.role != 'system' %}{{ m['role'][0] }}{% endfor %}"
                                + "{% for m in [] %}x{% else %}-{% endfor %}",
                        "ua-"),
                new Case(
                        "pairs of a map",
                        "{% for k, v in {'a': 1, 'b': 2.5}.items() %}{{ k ~ v }} {% endfor %}",
                        "a1 b2.5 "),
                new Case(
                        "slices",
                        "{{ messages[1:]|length }}{{ messages[::-1][0].role }}{{ 'abcdef'[1:-1:2] }}{{ 'ab'[:9] }}",
                        "2assistantbdab"),
                new Case(
                        "methods of texts",
                        "{{ messages[2].content.split('</think>')[-1].lstrip('\\n') }}"
                                + "{{ messages[1]['content'].strip().startswith('Hello') }}",
                        "HiTrue"),
                new Case(
                        "filters bind tighter than sums",
                        "{{ 'a' + ' b ' | trim + 'c' }}{{ messages|length - 1 }}",
                        "abc2"),
                new Case(
                        "what is given is not a template",
                        "{{ bos_token + messages[1].content }}",
                        "<s> Hello {{ x }} {% if %} <b> 'a' \"b\" "),
                new Case(
                        "tests",
                        "{{ 'a' is string and messages is not none and x is not defined and 1 is not string }}"
                                + "{{ none is none }}{{ true is true }}{{ 'b' in 'abc' }}{{ 'b' not in ['a'] }}",
                        "TrueTrueTrueTrueTrue"),
                new Case(
                        "what is not there is empty, false, and may have a default",
                        "{{ x }}{{ 'no' if not messages[0].tools }}{{ x | default('d') }}{{ messages[0].get('y', 'z')"
                                + " }}",
                        "nodz"),
                new Case(
                        "sums",
                        "{{ 7 // 2 }} {{ 7 % 4 }} {{ 1 + 2 * 3 }} {{ -2 + 1.5 }} {{ 2 < 3 }}",
                        "3 3 7 -0.5 True"),
                new Case("json", "{{ {'a': [1, 'ü\"', true, none]} | tojson }}", "{\"a\": [1, \"ü\\\"\", true, null]}"),
                new Case("selected", "{{ messages | selectattr('role', 'equalto', 'user') | list | length }}", "1"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void a_template_gives_what_jinja_gives(Case one) {
        assertThat(Template.parse(one.template()).render(VARIABLES)).isEqualTo(one.expected());
    }

    static Stream<Case> broken() {
        return Stream.of(
                new Case("an unknown tag", "{% macro a() %}{% endmacro %}", "the tag macro at character 3"),
                new Case("no end of a tag", "a {{ 'b'", "what begins at character 2 has no end"),
                new Case("no end of a condition", "{% if true %}a", "the end, expected one of elif, else, endif"),
                new Case("an end of nothing", "a{% endif %}", "the tag endif"),
                new Case("a value missing", "{{ 1 + }}", "'}}' at character 7, expected a value"),
                new Case("a member of nothing", "{{ x.y.z }}", "x has no y: it is what is undefined"),
                new Case("a text and a number", "{{ 'a' + 1 }}", "'a' + 1 is nothing"),
                new Case("the template's own refusal", "{{ raise_exception('roles must alternate') }}", "roles must"));
    }

    @ParameterizedTest
    @MethodSource("broken")
    void what_cannot_be_read_or_filled_is_said(Case one) {
        assertThatThrownBy(() -> Template.parse(one.template()).render(VARIABLES))
                .isInstanceOf(TemplateException.class)
                .hasMessageContaining(one.expected());
    }
}
