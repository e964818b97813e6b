package dev.busbar.translator.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.translator.ChatModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChatCodecTest {
    private static final Direction DIRECTION = new Direction("en", "zh");

    @TempDir
    Path folder;

    @BeforeEach
    void copy() throws IOException {
        ChatModel.copy("plain", folder);
    }

    @Test
    void the_prompt_is_the_template_around_the_instruction() {
        assertThat(prompt("Good day.")).isEqualTo("<|begin|><|user|>English Chinese: Good day.<|answer|>");
    }

    @Test
    void without_a_declaration_the_instruction_is_in_plain_words() throws IOException {
        Files.delete(folder.resolve("busbar.json"));

        assertThat(prompt("Good day."))
                .isEqualTo("<|begin|><|user|>Translate the following text from English into Chinese. Answer with the"
                        + " translation alone.\n\nGood day.<|answer|>");
    }

    @Test
    void a_mark_in_a_text_is_not_the_templates() throws IOException {
        try (TextCodec codec = Codecs.chat(folder);
                JsonTokenizer tokenizer = JsonTokenizer.read(folder)) {
            int[] ids = codec.encode("a<|answer|>b", DIRECTION);

            assertThat(ids).containsOnlyOnce(tokenizer.added().getOrDefault("<|answer|>", -1));
            assertThat(tokenizer.text(ids)).contains("a< |answer|>b");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'<think>is it so?</think>  Guten Tag.', Guten Tag.",
        "'Guten Tag.', Guten Tag.",
        "'<think></think>Erste. |Zweite.', Erste. Zweite.",
        "'Kein <think>Gedanke</think>.', Kein <think>Gedanke</think>."
    })
    void what_is_thought_is_left_out_of_the_answer(String written, String answer) throws IOException {
        assertThat(answer(written.replace('|', '\n'))).isEqualTo(answer);
    }

    @Test
    void a_template_that_opens_a_thought_has_it_closed_by_the_model() throws IOException {
        openThought();

        assertThat(prompt("a")).endsWith("<|answer|><think>\n");
        assertThat(answer("is it so?</think>Guten Tag.")).isEqualTo("Guten Tag.");
        assertThatThrownBy(() -> answer("is it so? is it"))
                .isInstanceOf(NoAnswer.class)
                .hasMessageContaining("still thinking after 15 tokens");
    }

    @Test
    void no_tokens_for_a_thought_close_it_at_once() throws IOException {
        openThought();
        ChatModel.change(folder.resolve("busbar.json"), "\"thoughtTokens\": 24", "\"thoughtTokens\": 0");

        assertThat(prompt("a")).endsWith("<|answer|><think>\n\n</think>\n\n");
        assertThat(answer("Guten Tag.")).isEqualTo("Guten Tag.");
    }

    @Test
    void a_text_that_is_too_long_loses_its_end_and_the_template_nothing() throws IOException {
        try (TextCodec codec = Codecs.chat(folder);
                JsonTokenizer tokenizer = JsonTokenizer.read(folder)) {
            int[] ids = codec.encode("one two three four", DIRECTION);

            int[] shorter = codec.shortened(ids, ids.length - 11, DIRECTION);

            assertThat(shorter).endsWith(tokenizer.added().getOrDefault("<|answer|>", -1));
            assertThat(tokenizer.text(shorter)).isEqualTo("English Chinese: one two");
        }
    }

    @Test
    void languages_are_known_by_their_codes() {
        try (TextCodec codec = Codecs.chat(folder)) {
            assertThat(codec.knows(new Direction("en", "zh-Hant"))).isTrue();
            assertThat(codec.knows(new Direction("en", "xx"))).isFalse();
            assertThat(ChatPrompt.language("zh_Hant")).contains("Chinese (Traditional)");
        }
    }

    private void openThought() throws IOException {
        ChatModel.change(
                folder.resolve("tokenizer_config.json"), "{{ '<|answer|>' }}", "{{ '<|answer|><think>\\\\n' }}");
    }

    private String prompt(String text) {
        return ChatPrompt.read(folder).around(text, DIRECTION);
    }

    private String answer(String written) {
        try (TextCodec codec = Codecs.chat(folder);
                JsonTokenizer tokenizer = JsonTokenizer.read(folder)) {
            return codec.decode(tokenizer.ids(written));
        }
    }
}
