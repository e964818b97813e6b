package dev.busbar.translator.model;

import dev.busbar.translator.decode.Decoding;
import dev.busbar.translator.decode.TokenRules;
import dev.busbar.translator.model.ModelFolder.Graphs;
import dev.busbar.translator.model.Slot.Role;
import dev.busbar.translator.token.BadModelFolder;
import dev.busbar.translator.token.Codecs;
import dev.busbar.translator.token.FolderFile;
import dev.busbar.translator.token.TextCodec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An encoder-decoder model in one of its exported forms: Marian, M2M100 or NLLB. */
public final class Seq2SeqModel implements TranslationModel {
    private final Seq2SeqConfig config;
    private final EncoderGraph encoder;

    /** The decoder of the first step, and that of the others; a merged decoder is both. */
    private final DecoderGraph first;

    private final DecoderGraph later;
    private final RowSelector selector;

    /** Only the fused form has it apart. */
    private final Optional<OutputLayer> output;

    private Seq2SeqModel(
            Seq2SeqConfig config,
            EncoderGraph encoder,
            DecoderGraph first,
            DecoderGraph later,
            RowSelector selector,
            Optional<OutputLayer> output) {
        this.output = output;
        this.config = config;
        this.encoder = encoder;
        this.first = first;
        this.later = later;
        this.selector = selector;
    }

    public static Seq2SeqModel load(ModelFolder folder, SessionSettings settings) {
        Seq2SeqConfig config = Seq2SeqConfig.read(folder.path());
        List<AutoCloseable> opened = new ArrayList<>();
        try {
            Seq2SeqModel model = open(config, folder.graphs(), settings, opened);
            model.check(folder);
            return model;
        } catch (RuntimeException failure) {
            closeAll(opened);
            throw failure instanceof OrtException
                    ? new BadModelFolder(folder.path(), "ONNX Runtime refuses the model: " + failure.getMessage())
                    : failure;
        }
    }

    private static Seq2SeqModel open(
            Seq2SeqConfig config, Graphs graphs, SessionSettings settings, List<AutoCloseable> opened) {
        RowSelector selector = new RowSelector(settings);
        return switch (graphs) {
            case Graphs.Merged(Path encoder, Path decoder) -> {
                EncoderGraph encoderGraph = remember(opened, new EncoderGraph(encoder, settings));
                DecoderGraph both = remember(opened, new DecoderGraph(decoder, settings));
                yield new Seq2SeqModel(config, encoderGraph, both, both, selector, Optional.empty());
            }
            case Graphs.Fused(Path encoder, Path step, ModelFolder.OutputFiles output) -> {
                EncoderGraph encoderGraph = remember(opened, new EncoderGraph(encoder, settings));
                DecoderGraph both = remember(opened, new DecoderGraph(step, settings));
                Optional<Shortlist> shortlist = settings.words() == SessionSettings.Words.SHORTLIST
                        ? Shortlist.find(config.file().path().resolveSibling(""), config.vocabularySize())
                        : Optional.empty();
                OutputLayer layer = remember(opened, OutputLayer.open(output, shortlist, settings));
                yield new Seq2SeqModel(config, encoderGraph, both, both, selector, Optional.of(layer));
            }
            case Graphs.Split(Path encoder, Path first, Path later) -> {
                EncoderGraph encoderGraph = remember(opened, new EncoderGraph(encoder, settings));
                DecoderGraph firstGraph = remember(opened, new DecoderGraph(first, settings));
                DecoderGraph laterGraph = remember(opened, new DecoderGraph(later, settings));
                yield new Seq2SeqModel(config, encoderGraph, firstGraph, laterGraph, selector, Optional.empty());
            }
            case Graphs.Causal(Path decoder) ->
                throw new BadModelFolder(
                        decoder, "model_type", config.file().text("model_type"), "an encoder beside it");
        };
    }

    private static <T extends AutoCloseable> T remember(List<AutoCloseable> opened, T graph) {
        opened.add(graph);
        return graph;
    }

    private static void closeAll(List<AutoCloseable> graphs) {
        for (AutoCloseable graph : graphs) {
            try {
                graph.close();
            } catch (Exception impossible) {
                throw new IllegalStateException(impossible);
            }
        }
    }

    /** The files must agree: a wrong mix of folders otherwise shows only as nonsense in the translations. */
    private void check(ModelFolder folder) {
        Path decoder = folder.graphs().files().getLast();
        int tensors = later.ownCacheOut().size();
        if (tensors != config.layers() * 2) {
            throw new BadModelFolder(
                    decoder,
                    "the number of present.*.decoder outputs",
                    tensors,
                    "%d: decoder_layers in %s is %d"
                            .formatted(config.layers() * 2, config.file().path(), config.layers()));
        }
        if (later.inputs(Role.OWN_CACHE).size() != tensors) {
            throw new BadModelFolder(
                    decoder,
                    "the number of past_key_values.*.decoder inputs",
                    later.inputs(Role.OWN_CACHE).size(),
                    tensors + "");
        }
        int crossGiven = encoder.givesCrossCache()
                ? encoder.outputs().size()
                : first.crossCacheOut().size();
        if (later.inputs(Role.CROSS_CACHE).size() != crossGiven) {
            throw new BadModelFolder(
                    decoder,
                    "the number of past_key_values.*.encoder inputs",
                    later.inputs(Role.CROSS_CACHE).size(),
                    "%d, as many as the first step gives".formatted(crossGiven));
        }
        if (output.isPresent()) {
            return;
        }
        long[] scores = later.scores().port().shape();
        long vocabulary = scores[scores.length - 1];
        if (vocabulary > 0 && vocabulary != config.vocabularySize()) {
            throw new BadModelFolder(
                    config.file().path(),
                    "vocab_size",
                    config.vocabularySize(),
                    "%d: the last dimension of logits in %s".formatted(vocabulary, decoder.getFileName()));
        }
    }

    @Override
    public TokenRules rules() {
        return config.rules();
    }

    @Override
    public TextCodec openCodec() {
        return Codecs.open(config.file().path().resolveSibling(""), config.file());
    }

    @Override
    public FolderFile configFile() {
        return config.file();
    }

    @Override
    public int vocabularySize() {
        return config.vocabularySize();
    }

    /** The longest source the model has positions for. */
    @Override
    public int maxSourceTokens() {
        return config.positions();
    }

    @Override
    public Decoding open(List<int[]> sources) {
        return Seq2SeqDecoding.open(this, sources, new RunSwitch());
    }

    /** The smallest batch there is, after each run of which the sessions' arenas are cut to what is in use. */
    @Override
    public void release() {
        if (!selector.hasArenaInMainMemory()) {
            return;
        }
        int[] source = {config.rules().ends()[0]};
        RunSwitch shrinking = new RunSwitch();
        shrinking.shrinkArena();
        try (Decoding smallest = Seq2SeqDecoding.open(this, List.of(source), shrinking)) {
            smallest.step(smallest.firstTokens());
            smallest.select(new int[] {0});
            smallest.step(smallest.firstTokens());
        }
    }

    Seq2SeqConfig config() {
        return config;
    }

    EncoderGraph encoder() {
        return encoder;
    }

    DecoderGraph first() {
        return first;
    }

    DecoderGraph later() {
        return later;
    }

    Optional<OutputLayer> output() {
        return output;
    }

    RowSelector selector() {
        return selector;
    }

    @Override
    public void close() {
        encoder.close();
        first.close();
        if (later != first) {
            later.close();
        }
        selector.close();
        output.ifPresent(OutputLayer::close);
    }
}
