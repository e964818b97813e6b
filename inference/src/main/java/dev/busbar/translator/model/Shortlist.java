package dev.busbar.translator.model;

import dev.busbar.translator.token.BadModelFolder;
import dev.busbar.translator.token.FolderFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Which target tokens may come when a source token is there; learnt from translations, stored beside the model as lines
 * of a source piece, a tab and target pieces. An empty source piece stands for what may always come.
 *
 * <p>The words of a batch are those of all its source tokens, and the common ones.
 */
final class Shortlist {
    private static final String FILE = "shortlist.txt";

    private final int[] common;
    private final int[][] bySource;

    private Shortlist(int[] common, int[][] bySource) {
        this.common = common;
        this.bySource = bySource;
    }

    static Optional<Shortlist> find(Path folder, int vocabularySize) {
        Path file = folder.resolve(FILE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(read(file, FolderFile.read(folder, "vocab.json"), vocabularySize));
        } catch (IOException failure) {
            throw new UncheckedIOException("%s cannot be read: %s".formatted(file, failure.getMessage()), failure);
        }
    }

    private static Shortlist read(Path file, FolderFile vocabulary, int size) throws IOException {
        int[] common = {};
        int[][] bySource = new int[size][];
        Arrays.fill(bySource, new int[0]);
        for (String line : Files.readAllLines(file)) {
            int tab = line.indexOf('\t');
            if (tab < 0) {
                throw new BadModelFolder(file, "a line", line, "a source piece, a tab, and target pieces");
            }
            int[] targets = Arrays.stream(line.substring(tab + 1).split(" ", -1))
                    .filter(piece -> !piece.isEmpty())
                    .mapToInt(piece -> id(file, vocabulary, piece, size))
                    .toArray();
            if (tab == 0) {
                common = targets;
            } else {
                bySource[id(file, vocabulary, line.substring(0, tab), size)] = targets;
            }
        }
        if (common.length == 0) {
            throw new BadModelFolder(
                    file, "the line without a source piece", "missing", "what may always come, the end too");
        }
        return new Shortlist(common, bySource);
    }

    private static int id(Path file, FolderFile vocabulary, String piece, int size) {
        JsonNode id = vocabulary.root().path(piece);
        if (!id.isNumber() || id.intValue() >= size) {
            throw new BadModelFolder(file, "the piece " + piece, "unknown", "a piece of " + vocabulary.path());
        }
        return id.intValue();
    }

    /** In ascending order. */
    int[] words(List<int[]> sources) {
        BitSet words = new BitSet(bySource.length);
        for (int word : common) {
            words.set(word);
        }
        for (int[] source : sources) {
            for (int token : source) {
                for (int word : bySource[token]) {
                    words.set(word);
                }
            }
        }
        return words.stream().toArray();
    }
}
