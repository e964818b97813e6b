package dev.busbar.translator.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.translator.ChatModel;
import dev.busbar.translator.decode.Interest;
import dev.busbar.translator.decode.Source;
import dev.busbar.translator.decode.Translation;
import dev.busbar.translator.model.ModelFolder.Precision;
import dev.busbar.translator.token.BadModelFolder;
import dev.busbar.translator.token.Direction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Attention spelled out and the runtime's grouped attention: the same weights must write the same. */
class CausalModelTest {
    private static final Direction DIRECTION = new Direction("en", "de");

    /** What the loop in Python was allowed to write. */
    private static final int LIMIT = 40;

    @TempDir
    Path folder;

    @SuppressWarnings("ArrayRecordComponent")
    record Expected(String text, int[] prompt, int[] tokens) {}

    private static List<Expected> expected() throws IOException {
        List<Expected> cases = new ArrayList<>();
        for (JsonNode one :
                JsonMapper.shared().readTree(Files.readAllBytes(ChatModel.PLACE.resolve("expected.json")))) {
            cases.add(new Expected(one.path("text").stringValue(), ints(one.path("prompt")), ints(one.path("tokens"))));
        }
        return cases;
    }

    private static int[] ints(JsonNode list) {
        return list.valueStream().mapToInt(JsonNode::intValue).toArray();
    }

    @ParameterizedTest
    @CsvSource({"plain, 1", "plain, 5", "plain, 24", "grouped, 1", "grouped, 5", "grouped, 24"})
    void batches_write_what_a_plain_loop_writes_one_by_one(String form, int batch) throws IOException {
        List<Expected> cases = expected();
        try (Translator translator = load(ChatModel.PLACE.resolve(form))) {
            List<int[]> found = new ArrayList<>();
            for (int start = 0; start < cases.size(); start += batch) {
                List<Source> sources = cases.subList(start, Math.min(start + batch, cases.size())).stream()
                        .map(one -> new Source(one.prompt(), new int[0], LIMIT))
                        .toList();
                translator.search(sources, 1, Interest.ALWAYS).stream()
                        .map(Translation::tokens)
                        .forEach(found::add);
            }

            assertThat(found).hasSameSizeAs(cases);
            for (int i = 0; i < found.size(); i++) {
                assertThat(found.get(i))
                        .as(cases.get(i).text())
                        .isEqualTo(cases.get(i).tokens());
            }
        }
    }

    @Test
    void halves_write_nearly_what_floats_write() throws IOException {
        List<Expected> cases = expected();
        try (Translator translator =
                Translator.load(ChatModel.PLACE.resolve("plain"), List.of(Precision.FP16), SessionSettings.CPU)) {
            List<Translation> found = translator.search(
                    cases.stream()
                            .map(one -> new Source(one.prompt(), new int[0], LIMIT))
                            .toList(),
                    1,
                    Interest.ALWAYS);

            assertThat(IntStream.range(0, cases.size())
                            .filter(i -> Arrays.equals(
                                    found.get(i).tokens(), cases.get(i).tokens()))
                            .count())
                    .isGreaterThanOrEqualTo(cases.size() * 3 / 4);
        }
    }

    static List<String> forms() {
        return ChatModel.forms();
    }

    @ParameterizedTest
    @MethodSource("forms")
    void texts_become_the_prompts_the_template_makes(String form) throws IOException {
        try (Translator translator = load(ChatModel.PLACE.resolve(form))) {
            for (Expected one : expected()) {
                assertThat(translator.prepare(one.text(), DIRECTION).source().ids())
                        .isEqualTo(one.prompt());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"plain, 1", "plain, 3", "grouped, 1", "grouped, 3"})
    void a_batch_gives_what_single_texts_give(String form, int beams) throws IOException {
        List<String> texts = expected().stream().map(Expected::text).toList();
        try (Translator translator = load(ChatModel.PLACE.resolve(form))) {
            List<String> alone = translator.translateAll(texts, DIRECTION, beams, 1, Interest.ALWAYS);

            List<String> together = translator.translateAll(texts, DIRECTION, beams, 16, Interest.ALWAYS);

            assertThat(together).isEqualTo(alone);
            assertThat(alone.stream().distinct().count())
                    .as("different answers")
                    .isGreaterThan(10);
        }
    }

    @Test
    void the_arenas_can_be_emptied_between_batches() throws IOException {
        try (Translator translator = load(ChatModel.PLACE.resolve("plain"))) {
            Expected one = expected().getFirst();

            translator.release();

            assertThat(translator
                            .search(List.of(new Source(one.prompt(), new int[0], LIMIT)), 1, Interest.ALWAYS)
                            .getFirst()
                            .tokens())
                    .isEqualTo(one.tokens());
        }
    }

    @Test
    void the_cache_of_a_prompt_counts_twice_and_scores_only_where_they_are_wanted() throws IOException {
        MemoryEstimate plain = estimate("plain");
        MemoryEstimate grouped = estimate("grouped");

        // 2 (keys, values) * 2 layers * 2 heads * 16 wide * 4 bytes * 2 (past, present) * (10 read + 6 written)
        assertThat(plain.cacheBytes(10, 6)).isEqualTo(2 * 2 * 2 * 16 * 4 * 2 * (10 + 6));
        assertThat(plain.thoughtTokens()).isEqualTo(24);
        // 103 words: this form gives the last scores only, twice; the other gives those of all 10
        assertThat(plain.logitBytes(10)).isEqualTo(2 * 103 * 4);
        assertThat(grouped.logitBytes(10)).isEqualTo(10 * 103 * 4);
    }

    private static MemoryEstimate estimate(String form) {
        return MemoryEstimate.of(
                ModelFolder.find(ChatModel.PLACE.resolve(form), ModelFolder.preferred(Device.CPU)), Device.CPU);
    }

    @SuppressWarnings("ArrayRecordComponent")
    record Damage(String file, String from, String to, String... says) {
        @Override
        public String toString() {
            return file + ": " + to;
        }
    }

    static Stream<Damage> damages() {
        return Stream.of(
                new Damage(
                        "config.json",
                        "\"qwen2\"",
                        "\"marian\"",
                        "model_type is \"marian\"",
                        "encoder_model beside model.onnx"),
                new Damage(
                        "config.json",
                        "\"num_hidden_layers\": 2",
                        "\"num_hidden_layers\": 3",
                        "num_hidden_layers is 3, expected 2: half the number of present.* outputs of model.onnx"),
                new Damage(
                        "config.json",
                        "\"num_key_value_heads\": 2",
                        "\"num_key_value_heads\": 4",
                        "num_key_value_heads is 4, expected 2: the second dimension of past_key_values.* in"
                                + " model.onnx"),
                new Damage(
                        "config.json",
                        "\"hidden_size\": 64",
                        "\"hidden_size\": 128",
                        "hidden_size",
                        "is 32, expected 16"),
                new Damage(
                        "config.json", "\"vocab_size\": 103", "\"vocab_size\": 101", "vocab_size is 101, expected 103"),
                new Damage(
                        "generation_config.json",
                        "\"pad_token_id\": 98",
                        "\"pad_token_id\": 970",
                        "pad_token_id is 970"),
                new Damage("generation_config.json", "98\n  ]", "397\n  ]", "eos_token_id", "below vocab_size (103)"),
                new Damage(
                        "tokenizer_config.json", "chat_template", "chat", "chat_template is missing, expected a text"),
                new Damage("tokenizer_config.json", "{% if add", "{% macro add", "chat_template is the tag macro"),
                new Damage("tokenizer_config.json", "message['content']", "message.content.text.x", "chat_template"),
                new Damage("busbar.json", "{text}", "", "instruction is", "a text with {target} and {text} in it"));
    }

    @ParameterizedTest
    @MethodSource("damages")
    void what_is_wrong_with_a_folder_is_one_clear_error(Damage damage) throws IOException {
        ChatModel.copy("plain", folder);
        ChatModel.change(folder.resolve(damage.file()), damage.from(), damage.to());

        assertThatThrownBy(() -> load(folder))
                .isInstanceOf(BadModelFolder.class)
                .hasMessageContaining(folder.toString())
                .hasMessageContainingAll(damage.says());
    }

    private static Translator load(Path folder) {
        return Translator.load(folder, ModelFolder.preferred(Device.CPU), SessionSettings.CPU);
    }
}
