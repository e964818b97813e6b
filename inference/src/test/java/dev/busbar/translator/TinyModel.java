package dev.busbar.translator;

import com.google.protobuf.CodedOutputStream;
import dev.busbar.translator.model.ModelFolder;
import dev.busbar.translator.model.ModelFolder.Precision;
import dev.busbar.translator.onnx.FusedFolder;
import dev.busbar.translator.onnx.FusedGraphs.Products;
import dev.busbar.translator.onnx.MarianGraphs;
import dev.busbar.translator.onnx.MarianShape;
import dev.busbar.translator.onnx.OnnxFile;
import dev.busbar.translator.onnx.Weights;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Writes small model folders in the layouts people have; the weights are drawn from a seed, so the words are nonsense. */
public final class TinyModel {
    private static final int WORDS = 60;

    /** The piece models' pieces behind the three specials: single letters and some longer pieces. */
    private static final List<String> PIECES = pieces();

    public static final MarianShape MARIAN = new MarianShape(
            PIECES.size() + 3, 32, 4, 48, 2, 2, 64, MarianShape.Norm.AFTER, MarianShape.Activation.SWISH);
    public static final MarianShape M2M = new MarianShape(
            PIECES.size() + 8, 32, 4, 48, 2, 2, 64, MarianShape.Norm.BEFORE, MarianShape.Activation.RELU);

    private TinyModel() {}

    /** How the decoder is exported. */
    public enum Layout {
        MERGED,
        SPLIT,
        FUSED,
        /** Fused, and steps write into the cache they have. */
        IN_PLACE,
        /** As optimizing makes it by default, which caches in place too. */
        INT8
    }

    private static List<String> pieces() {
        List<String> pieces = new ArrayList<>(List.of("▁", ".", ",", "!", "?"));
        for (char c = 'a'; c <= 'z'; c++) {
            pieces.add(String.valueOf(c));
        }
        for (int i = 0; i < WORDS; i++) {
            pieces.add("▁" + (char) ('a' + i % 26) + (char) ('a' + (i * 7 + i / 26) % 26));
        }
        return pieces;
    }

    /** A Marian folder's table, in the order of its ids. */
    public static List<String> vocabulary() {
        List<String> table = new ArrayList<>(List.of("</s>", "<unk>"));
        table.addAll(PIECES);
        table.add("<pad>");
        return table;
    }

    /** A Marian folder: two piece models and a shared table. */
    public static Path marian(Path folder, Layout layout, long seed) {
        return write(folder, layout, MARIAN, seed, () -> {
            List<String> table = vocabulary();
            Files.write(folder.resolve("source.spm"), spm());
            Files.write(folder.resolve("target.spm"), spm());
            Files.writeString(folder.resolve("vocab.json"), json(table));
            Files.writeString(
                    folder.resolve("config.json"),
                    config(
                            "marian",
                            MARIAN,
                            0,
                            table.size() - 1,
                            table.size() - 1,
                            "\"bad_words_ids\": [[%d]],".formatted(table.size() - 1)));
        });
    }

    /** An M2M100 folder: one piece model, language marks behind its table. */
    public static Path m2m100(Path folder, Layout layout, long seed) {
        return write(folder, layout, M2M, seed, () -> {
            List<String> table = new ArrayList<>(List.of("<s>", "<pad>", "</s>", "<unk>"));
            table.addAll(PIECES);
            Files.write(folder.resolve("sentencepiece.bpe.model"), spm());
            Files.writeString(folder.resolve("vocab.json"), json(table));
            Files.writeString(
                    folder.resolve("special_tokens_map.json"),
                    "{\"additional_special_tokens\": [\"__de__\", \"__en__\", \"__fr__\", \"__zh__\"]}");
            Files.writeString(folder.resolve("config.json"), config("m2m_100", M2M, 2, 1, 2, ""));
        });
    }

    /** The same model as {@link #m2m100} as an NLLB folder: a tokenizer.json, languages with their scripts. */
    public static Path nllb(Path folder, Layout layout, long seed) {
        return write(folder, layout, M2M, seed, () -> {
            Files.writeString(folder.resolve("tokenizer.json"), tokenizer());
            Files.writeString(folder.resolve("config.json"), config("m2m_100", M2M, 2, 1, 2, ""));
        });
    }

    private static String tokenizer() {
        List<String> specials = List.of("<s>", "<pad>", "</s>", "<unk>");
        List<String> languages = List.of("deu_Latn", "eng_Latn", "fra_Latn", "zho_Hans");
        int pieces = specials.size() + PIECES.size();
        String added = IntStream.range(0, specials.size() + languages.size())
                .mapToObj(i -> i < specials.size()
                        ? added(i, specials.get(i))
                        : added(pieces + i - specials.size(), languages.get(i - specials.size())))
                .collect(Collectors.joining(", "));
        String vocabulary = IntStream.range(0, pieces)
                .mapToObj(i -> i < specials.size()
                        ? "[\"%s\", 0]".formatted(specials.get(i))
                        : "[\"%s\", %s]".formatted(PIECES.get(i - specials.size()), -3 - (i - specials.size()) * 0.01))
                .collect(Collectors.joining(", "));
        String marks =
                "{\"type\": \"Metaspace\", \"replacement\": \"▁\", \"prepend_scheme\": \"always\", \"split\": true}";
        return """
            {"version": "1.0", "added_tokens": [%s], "normalizer": null, "pre_tokenizer": %s, "post_processor": null,
             "decoder": %s, "model": {"type": "Unigram", "unk_id": 3, "vocab": [%s]}}\
            """.formatted(added, marks, marks, vocabulary);
    }

    private static String added(int id, String content) {
        return """
            {"id": %d, "content": "%s", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false,
             "special": true}\
            """.formatted(id, content);
    }

    private interface Writing {
        void write() throws IOException;
    }

    private static Path write(Path folder, Layout layout, MarianShape shape, long seed, Writing files) {
        try {
            Files.createDirectories(folder);
            files.write();
            MarianGraphs graphs = new MarianGraphs(shape, Weights.random(shape, seed));
            switch (layout) {
                case MERGED -> {
                    OnnxFile.write(graphs.encoder(), folder.resolve("encoder_model.onnx"));
                    OnnxFile.write(graphs.mergedDecoder(), folder.resolve("decoder_model_merged.onnx"));
                }
                case FUSED -> writeFused(folder, shape, seed, Products.FP32, Precision.FP32);
                case INT8 -> writeFused(folder, shape, seed, Products.INT8, Precision.INT8);
                case IN_PLACE ->
                    FusedFolder.writeInPlace(
                            shape, Weights.random(shape, seed), folder, ModelFolder.fusedSuffix(Precision.FP32));
                case SPLIT -> {
                    OnnxFile.write(graphs.encoder(), folder.resolve("encoder_model.onnx"));
                    OnnxFile.write(graphs.firstDecoder(), folder.resolve("decoder_model.onnx"));
                    OnnxFile.write(graphs.laterDecoder(), folder.resolve("decoder_with_past_model.onnx"));
                }
            }
            return folder;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static void writeFused(Path folder, MarianShape shape, long seed, Products products, Precision precision)
            throws IOException {
        FusedFolder.write(shape, Weights.random(shape, seed), products, folder, ModelFolder.fusedSuffix(precision));
    }

    private static String config(String type, MarianShape shape, int end, int pad, int start, String more) {
        return """
            {"model_type": "%s", %s "d_model": %d, "decoder_attention_heads": %d, "encoder_layers": %d,
             "decoder_layers": %d,
             "vocab_size": %d, "eos_token_id": %d, "pad_token_id": %d, "decoder_start_token_id": %d,
             "max_position_embeddings": %d, "max_length": %d}\
            """.formatted(
                        type,
                        more,
                        shape.width(),
                        shape.heads(),
                        shape.encoderLayers(),
                        shape.decoderLayers(),
                        shape.vocabulary(),
                        end,
                        pad,
                        start,
                        shape.positions(),
                        shape.positions());
    }

    private static String json(List<String> table) {
        return IntStream.range(0, table.size())
                .mapToObj(i -> "\"%s\": %d".formatted(table.get(i), i))
                .collect(Collectors.joining(", ", "{", "}"));
    }

    /** A unigram model; longer pieces have better scores than the letters they are made of. */
    private static byte[] spm() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        piece(out, "<unk>", 0, 2);
        piece(out, "<s>", 0, 3);
        piece(out, "</s>", 0, 3);
        for (int i = 0; i < PIECES.size(); i++) {
            piece(out, PIECES.get(i), -3f - i * 0.01f, 1);
        }
        out.flush();
        return bytes.toByteArray();
    }

    private static void piece(CodedOutputStream out, String text, float score, int kind) throws IOException {
        ByteArrayOutputStream inner = new ByteArrayOutputStream();
        CodedOutputStream piece = CodedOutputStream.newInstance(inner);
        piece.writeString(1, text);
        piece.writeFloat(2, score);
        piece.writeEnum(3, kind);
        piece.flush();
        out.writeByteArray(1, inner.toByteArray());
    }
}
