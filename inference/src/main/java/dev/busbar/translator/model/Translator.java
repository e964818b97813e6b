package dev.busbar.translator.model;

import dev.busbar.translator.decode.BeamSearch;
import dev.busbar.translator.decode.GreedySearch;
import dev.busbar.translator.decode.Interest;
import dev.busbar.translator.decode.Source;
import dev.busbar.translator.decode.TokenRules;
import dev.busbar.translator.decode.Translation;
import dev.busbar.translator.model.ModelFolder.Precision;
import dev.busbar.translator.text.Placeholders;
import dev.busbar.translator.token.BadModelFolder;
import dev.busbar.translator.token.Declarations;
import dev.busbar.translator.token.Direction;
import dev.busbar.translator.token.TextCodec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** One model folder at work: text in, text out. Safe for use by several threads at once. */
public final class Translator implements AutoCloseable {
    private final Path folder;
    private final TextCodec codec;
    private final List<TranslationModel> copies;
    private final Placeholders placeholders;
    private final int maxSourceTokens;
    private final MemoryEstimate memory;

    private Translator(
            Path folder,
            TextCodec codec,
            List<TranslationModel> copies,
            Placeholders placeholders,
            MemoryEstimate memory) {
        this.folder = folder;
        this.codec = codec;
        this.copies = List.copyOf(copies);
        this.placeholders = placeholders;
        this.memory = memory;
        maxSourceTokens = copies.getFirst().maxSourceTokens();
    }

    public static Translator load(Path folder, List<Precision> precisions, SessionSettings settings) {
        return load(folder, precisions, settings, List.of(Placement.on(settings.device())));
    }

    /** One copy of the model in each place. */
    public static Translator load(
            Path folder, List<Precision> precisions, SessionSettings settings, List<Placement> places) {
        ModelFolder found = ModelFolder.find(folder, precisions);
        Placeholders placeholders = Declarations.read(folder);
        List<TranslationModel> copies = new ArrayList<>();
        try {
            places.forEach(place -> copies.add(TranslationModel.load(found, settings, place)));
            TextCodec codec = codec(copies.getFirst());
            return new Translator(folder, codec, copies, placeholders, MemoryEstimate.of(found, settings.device()));
        } catch (RuntimeException failure) {
            copies.forEach(TranslationModel::close);
            throw failure;
        }
    }

    private static TextCodec codec(TranslationModel model) {
        TextCodec codec = model.openCodec();
        if (codec.size() <= model.vocabularySize()) {
            return codec;
        }
        codec.close();
        throw new BadModelFolder(
                model.configFile().path(),
                "vocab_size",
                model.vocabularySize(),
                "%d or more: the tokenizer has as many".formatted(codec.size()));
    }

    public Path folder() {
        return folder;
    }

    /** What the model's files say about decoding. */
    public TokenRules rules() {
        return copies.getFirst().rules();
    }

    /** How often the model is loaded: once on each device it was given. */
    public int copies() {
        return copies.size();
    }

    public int maxSourceTokens() {
        return maxSourceTokens;
    }

    public boolean knows(Direction direction) {
        return codec.knows(direction);
    }

    public void check(Direction direction) {
        if (!codec.knows(direction)) {
            throw new IllegalArgumentException("%s does not know the direction %s".formatted(folder, direction));
        }
    }

    /** A text ready for the model, with what its placeholders stand for. */
    public record Prepared(Source source, Placeholders.Filled filled) {}

    public Prepared prepare(String text, Direction direction) {
        Placeholders.Filled filled = placeholders.fill(text);
        int[] ids = codec.encode(filled.text(), direction);
        if (ids.length > maxSourceTokens) {
            ids = codec.shortened(ids, maxSourceTokens, direction);
        }
        return new Prepared(new Source(ids, codec.forced(direction), maxTokens(ids.length)), filled);
    }

    /** No translation is many times longer than its source: a model that goes round in circles is stopped. */
    private int maxTokens(int sourceTokens) {
        TokenRules rules = rules();
        return Math.max(1, Math.min(rules.maxTokens(), 3 * sourceTokens + 32 + codec.thoughtTokens()));
    }

    public String finish(Translation translation, Prepared prepared) {
        return prepared.filled().restore(codec.decode(translation.tokens()));
    }

    /** All of these texts, batched by length, in their own order; a blank text stays as it is. */
    public List<String> translateAll(List<String> texts, Direction direction, int beams, int batch, Interest interest) {
        String[] answers = texts.toArray(String[]::new);
        Prepared[] prepared = new Prepared[answers.length];
        for (int i = 0; i < answers.length; i++) {
            if (!answers[i].isBlank()) {
                prepared[i] = prepare(answers[i], direction);
            }
        }
        int[] order = IntStream.range(0, answers.length)
                .filter(i -> prepared[i] != null)
                .boxed()
                .sorted(Comparator.comparingInt(i -> -prepared[i].source().ids().length))
                .mapToInt(Integer::intValue)
                .toArray();
        for (int start = 0; start < order.length; start += batch) {
            int[] part = Arrays.copyOfRange(order, start, Math.min(start + batch, order.length));
            List<Source> sources = new ArrayList<>();
            for (int i : part) {
                sources.add(prepared[i].source());
            }
            List<Translation> found = search(sources, beams, sentence -> interest.in(part[sentence]));
            for (int i = 0; i < part.length; i++) {
                answers[part[i]] = finish(found.get(i), prepared[part[i]]);
            }
        }
        return List.of(answers);
    }

    public List<Translation> search(List<Source> sources, int beams, Interest interest) {
        return searchAll(sources, beams, interest).stream().map(List::getFirst).toList();
    }

    /** The translations of each source, best first. */
    public List<List<Translation>> searchAll(List<Source> sources, int beams, Interest interest) {
        return searchAll(0, sources, beams, interest);
    }

    /** The same on a worker's own copy of the model; more workers than copies share them evenly. */
    public List<List<Translation>> searchAll(int worker, List<Source> sources, int beams, Interest interest) {
        TranslationModel model = copies.get(worker % copies.size());
        return beams == 1
                ? GreedySearch.run(model, sources, interest).stream()
                        .map(List::of)
                        .toList()
                : BeamSearch.run(model, sources, beams, interest);
    }

    /** Gives back to the system what large batches have left in the runtime's arenas. */
    public void release() {
        copies.forEach(TranslationModel::release);
    }

    public MemoryEstimate memory() {
        return memory;
    }

    @Override
    public void close() {
        copies.forEach(TranslationModel::close);
        codec.close();
    }
}
