package dev.busbar.translator.model;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.translator.TinyModel;
import dev.busbar.translator.TinyModel.Layout;
import dev.busbar.translator.token.BadModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BadModelFolderTest {
    @TempDir
    Path folder;

    private interface Damage {
        void to(Path folder) throws IOException;
    }

    @SuppressWarnings("ArrayRecordComponent")
    record Case(String name, Damage damage, String... says) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() {
        return Stream.of(
                new Case("no config", remove("config.json"), "config.json is missing"),
                new Case(
                        "no decoder",
                        remove("decoder_model_merged.onnx"),
                        "no model found",
                        "encoder_model.onnx",
                        "expected"),
                new Case("no piece model", remove("target.spm"), "target.spm is missing"),
                new Case("no table", remove("vocab.json"), "vocab.json is missing"),
                new Case("broken JSON", write("config.json", "{"), "config.json: the file is broken"),
                new Case("other family", change("\"marian\"", "\"bert\""), "model_type is \"bert\", expected marian"),
                new Case(
                        "wrong layers",
                        change("\"decoder_layers\": 2", "\"decoder_layers\": 3"),
                        "present.*.decoder",
                        "is 4",
                        "expected 6"),
                new Case(
                        "wrong vocabulary",
                        change("\"vocab_size\": 94", "\"vocab_size\": 95"),
                        "vocab_size is 95, expected 94"),
                new Case(
                        "start outside",
                        change("\"decoder_start_token_id\": 93", "\"decoder_start_token_id\": 200"),
                        "decoder_start_token_id is 200, expected a token id below vocab_size (94)"),
                new Case(
                        "text for a number",
                        change("\"pad_token_id\": 93", "\"pad_token_id\": \"x\""),
                        "pad_token_id is \"x\", expected a whole number"),
                new Case(
                        "graph that is none",
                        write("encoder_model.onnx", "no graph"),
                        "ONNX Runtime refuses the model",
                        "encoder_model.onnx"));
    }

    private static Damage remove(String file) {
        return folder -> Files.delete(folder.resolve(file));
    }

    private static Damage write(String file, String text) {
        return folder -> Files.writeString(folder.resolve(file), text);
    }

    private static Damage change(String from, String to) {
        return folder -> {
            Path config = folder.resolve("config.json");
            String before = Files.readString(config);
            if (!before.contains(from)) {
                throw new IllegalStateException(before + " has no " + from);
            }
            Files.writeString(config, before.replace(from, to));
        };
    }

    @ParameterizedTest
    @MethodSource("cases")
    void what_is_wrong_with_a_folder_is_one_clear_error(Case one) throws IOException {
        TinyModel.marian(folder, Layout.MERGED, 1);
        one.damage().to(folder);

        assertThatThrownBy(() -> Translator.load(folder, ModelFolder.preferred(Device.CPU), SessionSettings.CPU))
                .isInstanceOf(BadModelFolder.class)
                .hasMessageContaining(folder.toString())
                .hasMessageContainingAll(one.says());
    }
}
