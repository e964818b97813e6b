package dev.busbar.translator.model;

import dev.busbar.translator.decode.Decoding;
import dev.busbar.translator.decode.TokenRules;
import dev.busbar.translator.model.Slot.Role;
import dev.busbar.translator.onnx.GraphOutline;
import dev.busbar.translator.token.BadModelFolder;
import dev.busbar.translator.token.Codecs;
import dev.busbar.translator.token.FolderFile;
import dev.busbar.translator.token.TextCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/** A decoder-only model: it goes on with a text that asks for a translation. */
public final class CausalModel implements TranslationModel {
    /** A prompt of this many tokens is a page of text. */
    private static final int MAX_PROMPT = 4096;

    private final Path folder;
    private final CausalConfig config;
    private final DecoderGraph decoder;
    private final RowSelector selector;
    private final Padding padding;

    /**
     * On which side of a shorter row the padding stands. Attention as exports spell it out takes a mask and can have
     * it before the text; the runtime's grouped attention counts the ones in a row's mask and takes the text to begin
     * with the row.
     */
    enum Padding {
        BEFORE,
        BEHIND
    }

    private CausalModel(Path folder, CausalConfig config, DecoderGraph decoder, RowSelector selector, Padding padding) {
        this.folder = folder;
        this.config = config;
        this.decoder = decoder;
        this.selector = selector;
        this.padding = padding;
    }

    static CausalModel load(ModelFolder folder, ModelFolder.Graphs.Causal graphs, SessionSettings settings) {
        Path file = graphs.decoder();
        CausalConfig config = CausalConfig.read(folder.path(), file);
        DecoderGraph decoder = open(folder.path(), file, settings);
        try {
            check(config, decoder, file);
            return new CausalModel(folder.path(), config, decoder, new RowSelector(settings), padding(file));
        } catch (RuntimeException failure) {
            decoder.close();
            throw failure;
        }
    }

    private static DecoderGraph open(Path folder, Path file, SessionSettings settings) {
        try {
            return new DecoderGraph(file, settings);
        } catch (OrtException failure) {
            throw new BadModelFolder(folder, "ONNX Runtime refuses the model: " + failure.getMessage());
        }
    }

    private static Padding padding(Path file) {
        try {
            boolean counts = GraphOutline.read(file).operators().contains("GroupQueryAttention");
            return counts ? Padding.BEHIND : Padding.BEFORE;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static void check(CausalConfig config, DecoderGraph decoder, Path file) {
        FolderFile said = config.file();
        int tensors = decoder.ownCacheOut().size();
        if (tensors == 0 || tensors != decoder.inputs(Role.OWN_CACHE).size()) {
            throw new BadModelFolder(
                    file,
                    "the number of present.* outputs",
                    tensors,
                    "%d, as many as past_key_values.* inputs"
                            .formatted(decoder.inputs(Role.OWN_CACHE).size()));
        }
        expect(
                said,
                "num_hidden_layers",
                config.layers(),
                tensors / 2,
                "half the number of present.* outputs of",
                file);
        long[] cache = decoder.inputs(Role.OWN_CACHE).getFirst().port().shape();
        if (cache.length != 4) {
            throw new BadModelFolder(file, "past_key_values.0.key", cache.length + "-dimensional", "4-dimensional");
        }
        String dimension = "dimension of past_key_values.* in";
        expect(said, "num_key_value_heads", config.cacheHeads(), cache[1], "the second " + dimension, file);
        expect(
                said,
                said.has("head_dim") ? "head_dim" : "hidden_size / num_attention_heads",
                config.headWidth(),
                cache[3],
                "the last " + dimension,
                file);
        long[] scores = decoder.scores().port().shape();
        expect(
                said,
                "vocab_size",
                config.vocabularySize(),
                scores[scores.length - 1],
                "the last dimension of logits in",
                file);
    }

    /** A dimension that is not fixed says nothing. */
    private static void expect(FolderFile said, String field, long found, long expected, String where, Path file) {
        if (expected >= 0 && found != expected) {
            throw new BadModelFolder(
                    said.path(), field, found, "%d: %s %s".formatted(expected, where, file.getFileName()));
        }
    }

    @Override
    public TextCodec openCodec() {
        return Codecs.chat(folder);
    }

    @Override
    public FolderFile configFile() {
        return config.file();
    }

    @Override
    public TokenRules rules() {
        return config.rules();
    }

    @Override
    public int vocabularySize() {
        return config.vocabularySize();
    }

    @Override
    public int maxSourceTokens() {
        return Math.min(MAX_PROMPT, Math.max(1, config.positions() / 2));
    }

    @Override
    public Decoding open(List<int[]> sources) {
        return new CausalDecoding(this, sources, new RunSwitch());
    }

    @Override
    public void release() {
        if (!selector.hasArenaInMainMemory()) {
            return;
        }
        RunSwitch shrinking = new RunSwitch();
        shrinking.shrinkArena();
        try (Decoding smallest =
                new CausalDecoding(this, List.of(new int[] {config.rules().ends()[0]}), shrinking)) {
            smallest.step(smallest.firstTokens());
            smallest.select(new int[] {0});
        }
    }

    CausalConfig config() {
        return config;
    }

    DecoderGraph decoder() {
        return decoder;
    }

    RowSelector selector() {
        return selector;
    }

    Padding padding() {
        return padding;
    }

    @Override
    public void close() {
        decoder.close();
        selector.close();
    }
}
