package dev.busbar.translator.command;

import dev.busbar.translator.model.ModelFolder;
import dev.busbar.translator.model.ModelFolder.Precision;
import dev.busbar.translator.onnx.FusedFolder;
import dev.busbar.translator.onnx.FusedGraphs.Products;
import dev.busbar.translator.onnx.MarianGraphs;
import dev.busbar.translator.onnx.MarianShape;
import dev.busbar.translator.onnx.OnnxFile;
import dev.busbar.translator.onnx.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A model of opus-mt's shape whose weights are drawn from a seed: as fast as a real one, and as large. */
final class RandomModel {
    private static final MarianShape SHAPE = MarianShape.OPUS_MT;

    private RandomModel() {}

    /** Optimum's form and our own, made at the first use and kept in the user's cache. */
    static Path folder() throws IOException {
        Path folder = cache("opus-mt-random-in-place");
        if (!Files.exists(folder.resolve("complete"))) {
            Files.createDirectories(folder);
            Weights weights = Weights.random(SHAPE, 1);
            FusedFolder.write(SHAPE, weights, Products.INT8, folder, ModelFolder.fusedSuffix(Precision.INT8));
            FusedFolder.write(SHAPE, weights, Products.FP32, folder, ModelFolder.fusedSuffix(Precision.FP32));
            writeConfig(folder);
        }
        return folder;
    }

    /** The same weights as Optimum exports them. */
    static Path plainFolder() throws IOException {
        Path folder = cache("opus-mt-random");
        if (!Files.exists(folder.resolve("complete"))) {
            Files.createDirectories(folder);
            MarianGraphs plain = new MarianGraphs(SHAPE, Weights.random(SHAPE, 1));
            OnnxFile.write(plain.encoder(), folder.resolve("encoder_model.onnx"));
            OnnxFile.write(plain.mergedDecoder(), folder.resolve("decoder_model_merged.onnx"));
            writeConfig(folder);
        }
        return folder;
    }

    private static Path cache(String name) {
        return Path.of(System.getProperty("user.home"), ".cache", "busbar", name);
    }

    private static void writeConfig(Path folder) throws IOException {
        int pad = SHAPE.vocabulary() - 1;
        Files.writeString(folder.resolve("config.json"), """
            {"model_type": "marian", "d_model": %d, "decoder_attention_heads": %d, "encoder_layers": %d,
             "decoder_layers": %d, "decoder_ffn_dim": %d, "vocab_size": %d, "eos_token_id": 0, "pad_token_id": %d,
             "decoder_start_token_id": %d, "max_position_embeddings": %d, "bad_words_ids": [[%d]]}
            """.formatted(
                        SHAPE.width(),
                        SHAPE.heads(),
                        SHAPE.encoderLayers(),
                        SHAPE.decoderLayers(),
                        SHAPE.inner(),
                        SHAPE.vocabulary(),
                        pad,
                        pad,
                        SHAPE.positions(),
                        pad));
        Files.createFile(folder.resolve("complete"));
    }
}
