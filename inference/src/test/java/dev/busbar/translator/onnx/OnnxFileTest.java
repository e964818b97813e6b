package dev.busbar.translator.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.translator.TinyModel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxFileTest {
    private static final OnnxModel MERGED =
            new MarianGraphs(TinyModel.MARIAN, Weights.random(TinyModel.MARIAN, 1)).mergedDecoder();

    @TempDir
    Path folder;

    @Test
    void a_model_reads_as_it_was_written() {
        byte[] bytes = OnnxFile.bytes(MERGED);

        OnnxModel read = OnnxFile.parse(bytes);

        assertThat(read).isEqualTo(MERGED);
        assertThat(OnnxFile.bytes(read)).isEqualTo(bytes);
    }

    @Test
    void weights_in_a_data_file_are_the_same_weights() throws Exception {
        Path file = folder.resolve("model.onnx");
        OnnxFile.writeWithExternalData(MERGED, file);

        OnnxModel read = OnnxFile.inlined(OnnxFile.read(file), file);

        assertThat(read.graph().initializers()).isEqualTo(MERGED.graph().initializers());
        assertThat(Files.size(file)).isLessThan(Files.size(folder.resolve("model.onnx_data")));
    }

    @Test
    void a_broken_file_is_named() throws Exception {
        Path file = folder.resolve("broken.onnx");
        Files.writeString(file, "not a model");

        assertThatThrownBy(() -> OnnxFile.read(file))
                .isInstanceOf(OnnxFormatException.class)
                .hasMessageContaining(file.toString());
    }
}
