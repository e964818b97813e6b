package dev.busbar.translator.serve;

import dev.busbar.translator.model.Translator;
import dev.busbar.translator.token.BadModelFolder;
import dev.busbar.translator.token.Direction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The loaded models by their folders' names; a name like {@code en-zh} says the direction. */
final class Models implements AutoCloseable {
    /** Two languages' codes; names like {@code nllb-200-distilled-600M} have a dash and say no direction. */
    private static final Pattern DIRECTION =
            Pattern.compile("(?<source>[a-z]{2,3}(?:_[A-Za-z]{2,4})?)-(?<target>[a-z]{2,3}(?:[-_][A-Za-z]{2,4})?)");

    private final Map<String, Translator> byName = new TreeMap<>();

    private Models() {}

    /** Loads every folder below; one that cannot be loaded stops the start. */
    static Models load(Path root, Function<Path, Translator> loading) {
        Models models = new Models();
        try (Stream<Path> folders = Files.list(root)) {
            List<Path> found = folders.filter(Files::isDirectory)
                    .filter(folder -> Files.exists(folder.resolve("config.json")))
                    .sorted()
                    .toList();
            if (found.isEmpty()) {
                throw new BadModelFolder(root, "no model in it; expected folders like en-zh, each with a config.json");
            }
            for (Path folder : found) {
                models.byName.put(folder.getFileName().toString(), loading.apply(folder));
            }
            return models;
        } catch (IOException failure) {
            models.close();
            throw new UncheckedIOException("%s cannot be read: %s".formatted(root, failure.getMessage()), failure);
        } catch (RuntimeException failure) {
            models.close();
            throw failure;
        }
    }

    /** A model that translates in a direction. */
    record Route(String name, Translator translator, Direction direction) {}

    Optional<Route> route(String source, String target) {
        Direction asked = new Direction(code(source), code(target));
        return Optional.ofNullable(byName.get(asked.toString()))
                .map(translator -> new Route(asked.toString(), translator, asked))
                .or(() -> byBaseLanguage(asked))
                .or(() -> byName.entrySet().stream()
                        .filter(entry -> direction(entry.getKey()).isEmpty())
                        .filter(entry -> entry.getValue().knows(asked))
                        .map(entry -> new Route(entry.getKey(), entry.getValue(), asked))
                        .findFirst());
    }

    /** {@code en-us} is served by {@code en}. */
    private Optional<Route> byBaseLanguage(Direction asked) {
        Direction plain = new Direction(base(asked.source()), base(asked.target()));
        return Optional.ofNullable(byName.get(plain.toString()))
                .map(translator -> new Route(plain.toString(), translator, plain));
    }

    Optional<Translator> named(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    Collection<String> names() {
        return byName.keySet();
    }

    Collection<Translator> all() {
        return byName.values();
    }

    static Optional<Direction> direction(String name) {
        Matcher codes = DIRECTION.matcher(name);
        return codes.matches()
                ? Optional.of(new Direction(codes.group("source"), codes.group("target")))
                : Optional.empty();
    }

    Set<String> sources() {
        Set<String> sources = new TreeSet<>();
        byName.keySet().forEach(name -> direction(name).ifPresent(direction -> sources.add(direction.source())));
        return sources;
    }

    Set<String> targets(String source) {
        Set<String> targets = new TreeSet<>();
        byName.keySet()
                .forEach(name -> direction(name)
                        .filter(direction -> direction.source().equals(source))
                        .ifPresent(direction -> targets.add(direction.target())));
        return targets;
    }

    private static String code(String language) {
        return language.strip().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String base(String code) {
        int dash = code.indexOf('-');
        return dash < 0 ? code : code.substring(0, dash);
    }

    @Override
    public void close() {
        byName.values().forEach(Translator::close);
    }
}
