package dev.busbar.translator.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.translator.TinyModel;
import dev.busbar.translator.TinyModel.Layout;
import dev.busbar.translator.decode.Interest;
import dev.busbar.translator.model.SessionSettings.Weights;
import dev.busbar.translator.onnx.FusedGraphs.Products;
import dev.busbar.translator.onnx.GraphOutline;
import dev.busbar.translator.token.Direction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OptimizerTest {
    private static final List<String> TEXTS = List.of(
            "the pump is on.", "one two three", "a b c d e f g", "hello there, you.", "is it so?", "we go home now.");

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource(names = {"MERGED", "SPLIT"})
    void a_fused_model_translates_as_the_one_it_was_made_of(Layout layout) throws IOException {
        Path plain = TinyModel.marian(folder.resolve("plain"), layout, 4);
        Path fused = folder.resolve("fused");
        new Optimizer(plain, ModelFolder.preferred(Device.CPU)).fuse(fused, Products.FP32, 0);

        List<String> answers = translate(fused, SessionSettings.CPU);

        assertThat(answers).isEqualTo(translate(plain, SessionSettings.CPU));
    }

    @Test
    void int8_products_are_near_the_floats() throws IOException {
        Path plain = TinyModel.marian(folder.resolve("plain"), Layout.MERGED, 4);
        Path fused = folder.resolve("fused");
        new Optimizer(plain, ModelFolder.preferred(Device.CPU)).fuse(fused, Products.INT8, 0);

        List<String> answers = translate(fused, SessionSettings.CPU);

        // Random weights have no margin between words: most first words agree, whole sentences need not.
        List<String> exact = translate(plain, SessionSettings.CPU);
        assertThat(IntStream.range(0, TEXTS.size())
                        .filter(i -> firstWord(answers.get(i)).equals(firstWord(exact.get(i))))
                        .count())
                .isGreaterThanOrEqualTo(TEXTS.size() / 2);
    }

    @Test
    void int8_steps_write_into_the_cache_they_have() throws IOException {
        Path plain = TinyModel.marian(folder.resolve("plain"), Layout.MERGED, 4);
        Path fused = folder.resolve("fused");

        new Optimizer(plain, ModelFolder.preferred(Device.CPU)).fuse(fused, Products.INT8, 0);

        assertThat(GraphOutline.read(fused.resolve("step_fused_int8.onnx")).operators())
                .contains("GroupQueryAttention")
                .doesNotContain("MultiHeadAttention");
    }

    @Test
    void weights_used_in_place_translate_alike() throws IOException {
        Path plain = TinyModel.marian(folder.resolve("plain"), Layout.SPLIT, 4);
        Path external = folder.resolve("external");
        new Optimizer(plain, ModelFolder.preferred(Device.CPU)).externalize(external);

        List<String> answers = translate(external, SessionSettings.CPU.with(Weights.MAPPED));

        assertThat(answers).isEqualTo(translate(plain, SessionSettings.CPU));
        assertThat(external.resolve("encoder_model.onnx_data")).exists();
    }

    @Test
    void a_shortlist_works_on_int8_weights_too() throws IOException {
        Path plain = TinyModel.marian(folder.resolve("plain"), Layout.MERGED, 4);
        Path fused = folder.resolve("fused");
        new Optimizer(plain, ModelFolder.preferred(Device.CPU)).fuse(fused, Products.INT8, 0);
        List<String> free = translate(fused, SessionSettings.CPU);
        Files.writeString(fused.resolve("shortlist.txt"), "\t" + String.join(" ", TinyModel.vocabulary()) + "\n");

        List<String> unlimited = translate(fused, SessionSettings.CPU);

        assertThat(unlimited).isEqualTo(free);
    }

    @Test
    void a_shortlist_of_all_words_changes_nothing_and_one_of_few_words_gives_only_those() throws IOException {
        Path fused = TinyModel.marian(folder.resolve("fused"), Layout.FUSED, 4);
        List<String> free = translate(fused, SessionSettings.CPU);
        String all = String.join(" ", TinyModel.vocabulary());

        Files.writeString(fused.resolve("shortlist.txt"), "\t" + all + "\n");
        List<String> unlimited = translate(fused, SessionSettings.CPU);
        Files.writeString(fused.resolve("shortlist.txt"), "\t</s> a b\n");
        List<String> limited = translate(fused, SessionSettings.CPU);

        assertThat(unlimited).isEqualTo(free);
        assertThat(limited).allSatisfy(text -> assertThat(text).matches("[ab]*"));
    }

    private static String firstWord(String text) {
        return text.substring(0, Math.min(2, text.length()));
    }

    private static List<String> translate(Path folder, SessionSettings settings) {
        try (Translator translator = Translator.load(folder, ModelFolder.preferred(Device.CPU), settings)) {
            return translator.translateAll(TEXTS, new Direction("en", "de"), 1, 4, Interest.ALWAYS);
        }
    }
}
