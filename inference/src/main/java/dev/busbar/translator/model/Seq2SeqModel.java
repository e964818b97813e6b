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
    private final Handover handover;

    /** Only the fused form has it apart. */
    private final Optional<OutputLayer> output;

    private Seq2SeqModel(
            Seq2SeqConfig config,
            EncoderGraph encoder,
            DecoderGraph first,
            DecoderGraph later,
            Parts parts,
            Optional<OutputLayer> output) {
        this.output = output;
        this.config = config;
        this.encoder = encoder;
        this.first = first;
        this.later = later;
        selector = new RowSelector(parts.decoding());
        handover = parts.handover();
    }

    static Seq2SeqModel load(ModelFolder folder, SessionSettings settings, Placement place) {
        return load(folder, settings, place, place.isApart() ? Handover.CARRIED : Handover.IN_PLACE);
    }

    static Seq2SeqModel load(ModelFolder folder, SessionSettings settings, Placement place, Handover handover) {
        Seq2SeqConfig config = Seq2SeqConfig.read(folder.path());
        List<AutoCloseable> opened = new ArrayList<>();
        try {
            Parts parts = new Parts(settings.on(place.encoder()), settings.on(place.decoder()), handover, opened);
            Seq2SeqModel model = open(config, folder.graphs(), parts);
            model.check(folder);
            return model;
        } catch (RuntimeException failure) {
            closeAll(opened);
            throw failure instanceof OrtException
                    ? new BadModelFolder(folder.path(), "ONNX Runtime refuses the model: " + failure.getMessage())
                    : failure;
        }
    }

    private static Seq2SeqModel open(Seq2SeqConfig config, Graphs graphs, Parts parts) {
        return switch (graphs) {
            case Graphs.Merged(Path encoder, Path decoder) -> {
                EncoderGraph encoderGraph = parts.encoder(encoder);
                DecoderGraph both = parts.decoder(decoder);
                yield new Seq2SeqModel(config, encoderGraph, both, both, parts, Optional.empty());
            }
            case Graphs.Fused(Path encoder, Path step, ModelFolder.OutputFiles output) -> {
                EncoderGraph encoderGraph = parts.encoder(encoder);
                DecoderGraph both = parts.decoder(step);
                Optional<Shortlist> shortlist = parts.decoding().words() == SessionSettings.Words.SHORTLIST
                        ? Shortlist.find(config.file().path().resolveSibling(""), config.vocabularySize())
                        : Optional.empty();
                yield new Seq2SeqModel(
                        config, encoderGraph, both, both, parts, Optional.of(parts.output(output, shortlist)));
            }
            case Graphs.Split(Path encoder, Path first, Path later) -> {
                EncoderGraph encoderGraph = parts.encoder(encoder);
                DecoderGraph firstGraph = parts.decoder(first);
                yield new Seq2SeqModel(config, encoderGraph, firstGraph, parts.decoder(later), parts, Optional.empty());
            }
            case Graphs.Causal(Path decoder) ->
                throw new BadModelFolder(
                        decoder, "model_type", config.file().text("model_type"), "an encoder beside it");
        };
    }

    /** How what the encoder gives comes to the decoder. */
    enum Handover {
        IN_PLACE,
        /** Through main memory to another device. */
        CARRIED
    }

    /** How a model's parts are opened, and those that were, for when a later one fails. */
    private record Parts(
            SessionSettings encoding, SessionSettings decoding, Handover handover, List<AutoCloseable> opened) {
        EncoderGraph encoder(Path file) {
            return remember(new EncoderGraph(file, encoding));
        }

        DecoderGraph decoder(Path file) {
            return remember(new DecoderGraph(file, decoding));
        }

        OutputLayer output(ModelFolder.OutputFiles files, Optional<Shortlist> shortlist) {
            return remember(OutputLayer.open(files, shortlist, decoding));
        }

        private <T extends AutoCloseable> T remember(T part) {
            opened.add(part);
            return part;
        }
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
        if (later.crossInputs().size() != crossGiven) {
            throw new BadModelFolder(
                    decoder,
                    "the number of past_key_values.*.encoder inputs",
                    later.crossInputs().size(),
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

    Handover handover() {
        return handover;
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
