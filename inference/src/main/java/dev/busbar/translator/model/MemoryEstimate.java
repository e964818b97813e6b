package dev.busbar.translator.model;

import dev.busbar.translator.onnx.GraphOutline;
import dev.busbar.translator.token.BadModelFolder;
import dev.busbar.translator.token.Codecs;
import dev.busbar.translator.token.FolderFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * What a model needs: {@code constant + 1.05 · weights + 2 · (cache + logits + activations)}.
 *
 * <p>Weights are what the loaded files hold, which counts an embedding as often as it is stored. The own cache counts
 * twice, since past and present exist side by side in a step; where steps write into it, three times: it has room for up to
 * twice of what it holds, and while it grows there is one of half that room beside it. The factor of 2 is what the runtime's arena was measured
 * to take beyond what batches need.
 */
public record MemoryEstimate(
        long weightBytes,
        long constantBytes,
        int elementBytes,
        int layers,
        int cacheWidth,
        int width,
        int inner,
        int heads,
        int vocabulary,
        Kind kind,
        int thoughtTokens) {
    /** How a model takes in what it is to translate. */
    enum Kind {
        /** By an encoder, which leaves a cache of its own. */
        ENCODER,
        /** The same, and that cache is 8-bit integers; steps write into the other one. */
        ENCODER_TO_INTEGERS,
        /** As the beginning of its own text, with scores behind every token of that. */
        PROMPT,
        /** The same, with scores behind the last token only. */
        PROMPT_WITH_LAST_SCORES
    }

    /** The processor's cache and products are floats; a GPU's halves where the export has them. */
    private static final int FLOAT = 4;

    private static final int HALF = 2;

    /** What an empty CUDA process takes; depends on the card: 300 to 700 MB. */
    private static final long CUDA_CONTEXT = 500L << 20;

    private static final double ARENA_SLACK = 2;
    private static final double WEIGHT_SLACK = 1.05;

    public static MemoryEstimate of(ModelFolder folder, Device device) {
        FolderFile config = FolderFile.read(folder.path(), "config.json");
        long weights = 0;
        for (Path file : folder.graphs().files()) {
            weights += size(file);
        }
        boolean halves =
                folder.graphs().files().getLast().getFileName().toString().contains("fp16");
        return switch (folder.graphs()) {
            case ModelFolder.Graphs.Causal(Path decoder) -> causal(config, weights, device, halves, decoder);
            case ModelFolder.Graphs.Merged _, ModelFolder.Graphs.Split _, ModelFolder.Graphs.Fused _ ->
                new MemoryEstimate(
                        weights,
                        constant(device),
                        halves ? HALF : FLOAT,
                        config.number("decoder_layers"),
                        config.number("d_model"),
                        config.number("d_model"),
                        config.optionalNumber("decoder_ffn_dim").orElse(2048),
                        config.number("decoder_attention_heads"),
                        config.number("vocab_size"),
                        kind(folder.graphs()),
                        0);
        };
    }

    private static MemoryEstimate causal(FolderFile config, long weights, Device device, boolean halves, Path decoder) {
        int heads = config.number("num_attention_heads");
        int width = config.number("hidden_size");
        int headWidth = config.optionalNumber("head_dim").orElse(width / heads);
        return new MemoryEstimate(
                weights,
                constant(device),
                halves ? HALF : FLOAT,
                config.number("num_hidden_layers"),
                // With grouped heads the cache is narrower than the model.
                headWidth * config.optionalNumber("num_key_value_heads").orElse(heads),
                width,
                config.optionalNumber("intermediate_size").orElse(4 * width),
                heads,
                config.number("vocab_size"),
                kind(decoder),
                Codecs.thoughtTokens(config.path().resolveSibling("")));
    }

    private static Kind kind(Path decoder) {
        boolean keepsLast = inputs(decoder).stream().anyMatch(name -> name.endsWith("logits_to_keep"));
        return keepsLast ? Kind.PROMPT_WITH_LAST_SCORES : Kind.PROMPT;
    }

    private static Kind kind(ModelFolder.Graphs graphs) {
        return graphs instanceof ModelFolder.Graphs.Fused fused
                        && inputs(fused.step()).contains("past_key_values.encoder.scales")
                ? Kind.ENCODER_TO_INTEGERS
                : Kind.ENCODER;
    }

    private static Set<String> inputs(Path graph) {
        try {
            return GraphOutline.read(graph).inputs();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static long constant(Device device) {
        return device instanceof Device.Cuda ? CUDA_CONTEXT : 0;
    }

    private static long size(Path file) {
        try {
            long bytes = Files.size(file);
            for (String suffix : new String[] {"_data", ".data"}) {
                Path data = file.resolveSibling(file.getFileName() + suffix);
                bytes += Files.exists(data) ? Files.size(data) : 0;
            }
            return bytes;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    public MemoryEstimate {
        if (weightBytes <= 0) {
            throw new BadModelFolder(Path.of("."), "the model's files are empty");
        }
    }

    /** Keys and values of one row: its own, and those of the source, which to a prompt are its own. */
    public long cacheBytes(int sourceTokens, int targetTokens) {
        long target = (long) targetTokens * elementBytes;
        long source = (long) sourceTokens * elementBytes;
        return 2L
                * layers
                * cacheWidth
                * switch (kind) {
                    case ENCODER -> 2 * target + source;
                    case ENCODER_TO_INTEGERS -> 3 * target + sourceTokens;
                    case PROMPT, PROMPT_WITH_LAST_SCORES -> 2 * target + 2 * source;
                };
    }

    /** The scores of all words for one row, before and after the bias, or those behind each token of its prompt. */
    public long logitBytes(int sourceTokens) {
        return (kind == Kind.PROMPT ? Math.max(2L, sourceTokens) : 2L) * vocabulary * FLOAT;
    }

    /** What is held at once while one sentence is read. */
    public long activationBytes(int sourceTokens) {
        return (long) sourceTokens * (2L * inner + 6L * width) * elementBytes
                + 2L * heads * sourceTokens * sourceTokens * elementBytes;
    }

    /** One sentence with its beams. */
    public long sentenceBytes(int sourceTokens, int targetTokens, int beams) {
        long rows = beams * (cacheBytes(sourceTokens, targetTokens) + logitBytes(sourceTokens));
        return (long) (ARENA_SLACK * (rows + activationBytes(sourceTokens)));
    }

    public long fixedBytes() {
        return constantBytes + (long) (WEIGHT_SLACK * weightBytes);
    }

    public long totalBytes(int batch, int beams, int sourceTokens, int targetTokens) {
        return fixedBytes() + batch * sentenceBytes(sourceTokens, targetTokens, beams);
    }

    /** How many sentences of this length fit into what batches may take; translations are as long as their sources. */
    public int maxRows(long batchBytes, int sourceTokens, int beams) {
        return Math.clamp(
                batchBytes / sentenceBytes(sourceTokens, sourceTokens + 16 + thoughtTokens, beams), 1, 1 << 16);
    }
}
