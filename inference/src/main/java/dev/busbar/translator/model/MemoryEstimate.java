package dev.busbar.translator.model;

import dev.busbar.translator.token.BadModelFolder;
import dev.busbar.translator.token.FolderFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a model needs: {@code constant + 1.05 · weights + 2 · (cache + logits + activations)}.
 *
 * <p>Weights are what the loaded files hold, which counts an embedding as often as it is stored. The own cache counts
 * twice, since past and present exist side by side in a step. The factor of 2 is what the runtime's arena was measured
 * to take beyond what batches need.
 */
public record MemoryEstimate(
        long weightBytes,
        long constantBytes,
        int elementBytes,
        int layers,
        int width,
        int inner,
        int heads,
        int vocabulary) {
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
        boolean causal = folder.graphs() instanceof ModelFolder.Graphs.Causal;
        int heads = config.number(causal ? "num_attention_heads" : "decoder_attention_heads");
        return new MemoryEstimate(
                weights,
                device instanceof Device.Cuda ? CUDA_CONTEXT : 0,
                halves ? HALF : FLOAT,
                config.number(causal ? "num_hidden_layers" : "decoder_layers"),
                // With grouped heads the cache is narrower than the model.
                causal
                        ? config.number("hidden_size")
                                / heads
                                * config.optionalNumber("num_key_value_heads").orElse(heads)
                        : config.number("d_model"),
                config.optionalNumber(causal ? "intermediate_size" : "decoder_ffn_dim")
                        .orElse(2048),
                heads,
                config.number("vocab_size"));
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

    /** Keys and values of one row: its own, twice, and those of the source. */
    public long cacheBytes(int sourceTokens, int targetTokens) {
        return 2L * layers * width * elementBytes * (2L * targetTokens + sourceTokens);
    }

    /** The scores of all words for one row, before and after the bias. */
    public long logitBytes() {
        return 2L * vocabulary * FLOAT;
    }

    /** What the encoder holds at once for one sentence. */
    public long activationBytes(int sourceTokens) {
        return (long) sourceTokens * (2L * inner + 6L * width) * elementBytes
                + 2L * heads * sourceTokens * sourceTokens * elementBytes;
    }

    /** One sentence with its beams. */
    public long sentenceBytes(int sourceTokens, int targetTokens, int beams) {
        long rows = beams * (cacheBytes(sourceTokens, targetTokens) + logitBytes());
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
        return Math.clamp(batchBytes / sentenceBytes(sourceTokens, sourceTokens + 16, beams), 1, 1 << 16);
    }
}
