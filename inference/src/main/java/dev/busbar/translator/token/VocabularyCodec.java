package dev.busbar.translator.token;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** SentencePiece pieces numbered by {@code vocab.json}: Marian (two piece models) and M2M100 (one, with language marks). */
final class VocabularyCodec implements TextCodec {
    private static final Pattern TARGET_MARK = Pattern.compile("\\s*(>>[a-zA-Z_]+<<)\\s*");

    private final SentencePiece source;

    /** The number of each piece of the source model. */
    private final int[] numbers;

    /** The text of each number; what says nothing is missing. */
    private final @Nullable String[] texts;

    private final Map<String, Integer> vocabulary;
    private final LanguageTokens languages;
    private final Marks marks;
    private final int end;

    /** How a family tells the model the languages. */
    private enum Marks {
        NONE,
        TARGET_FIRST,
        SOURCE_FIRST_TARGET_FORCED
    }

    private VocabularyCodec(Path folder, SentencePiece source, Map<String, Integer> vocabulary, Marks family) {
        this.source = source;
        this.vocabulary = vocabulary;
        this.languages = new LanguageTokens(vocabulary.keySet(), vocabulary::get);
        marks = languages.isEmpty() ? Marks.NONE : family;
        end = known(folder, "</s>");
        int unknown = known(folder, "<unk>");
        numbers = source.pieces().stream()
                .mapToInt(piece -> vocabulary.getOrDefault(piece.text(), unknown))
                .toArray();
        numbers[source.unknown()] = unknown;
        texts = new String
                [vocabulary.values().stream().mapToInt(Integer::intValue).max().orElse(0) + 1];
        vocabulary.forEach((text, number) -> texts[number] = text);
        for (String special : List.of("</s>", "<s>", "<unk>", "<pad>")) {
            Optional.ofNullable(vocabulary.get(special)).ifPresent(number -> texts[number] = null);
        }
    }

    static VocabularyCodec marian(Path folder) {
        require(folder, "target.spm");
        return new VocabularyCodec(
                folder, SentencePiece.read(require(folder, "source.spm")), vocabulary(folder), Marks.TARGET_FIRST);
    }

    static VocabularyCodec m2m100(Path folder) {
        Map<String, Integer> vocabulary = vocabulary(folder);
        addLanguages(folder, vocabulary);
        return new VocabularyCodec(
                folder,
                SentencePiece.read(require(folder, "sentencepiece.bpe.model")),
                vocabulary,
                Marks.SOURCE_FIRST_TARGET_FORCED);
    }

    private static Path require(Path folder, String name) {
        Path file = folder.resolve(name);
        if (!Files.exists(file)) {
            throw new BadModelFolder(folder, name + " is missing");
        }
        return file;
    }

    private static Map<String, Integer> vocabulary(Path folder) {
        FolderFile file = FolderFile.read(folder, "vocab.json");
        Map<String, Integer> vocabulary = new HashMap<>();
        for (Map.Entry<String, JsonNode> entry : file.root().properties()) {
            if (!entry.getValue().isNumber() || entry.getValue().intValue() < 0) {
                throw file.wrong(entry.getKey(), "a token id, 0 or more");
            }
            vocabulary.put(entry.getKey(), entry.getValue().intValue());
        }
        return vocabulary;
    }

    /** The language marks are numbered behind the vocabulary, in the order in which the special tokens list them. */
    private static void addLanguages(Path folder, Map<String, Integer> vocabulary) {
        Optional<FolderFile> added = FolderFile.find(folder, "added_tokens.json");
        if (added.isPresent()) {
            added.get()
                    .root()
                    .properties()
                    .forEach(entry ->
                            vocabulary.put(entry.getKey(), entry.getValue().intValue()));
            return;
        }
        FolderFile specials = FolderFile.find(folder, "special_tokens_map.json")
                .filter(file -> file.has("additional_special_tokens"))
                .orElseGet(() -> FolderFile.read(folder, "tokenizer_config.json"));
        JsonNode list = specials.field("additional_special_tokens");
        if (!list.isArray()) {
            throw specials.wrong("additional_special_tokens", "the language marks (__en__, …)");
        }
        int next = vocabulary.size();
        for (JsonNode mark : list) {
            String text = mark.isObject() ? mark.path("content").stringValue("") : mark.stringValue("");
            vocabulary.putIfAbsent(text, next++);
        }
    }

    private int known(Path folder, String token) {
        Integer number = vocabulary.get(token);
        if (number == null) {
            throw new BadModelFolder(folder.resolve("vocab.json"), token, "missing", "a token id");
        }
        return number;
    }

    @Override
    public int[] encode(String text, Direction direction) {
        return switch (marks) {
            case NONE -> ids(text, -1);
            case SOURCE_FIRST_TARGET_FORCED -> ids(text, languages.required(direction.source()));
            case TARGET_FIRST -> {
                Matcher written = TARGET_MARK.matcher(text);
                if (written.lookingAt() && vocabulary.containsKey(written.group(1))) {
                    yield ids(text.substring(written.end()), vocabulary.get(written.group(1)));
                }
                yield ids(text, languages.required(direction.target()));
            }
        };
    }

    private int[] ids(String text, int first) {
        int[] pieces = source.encode(text);
        int before = first < 0 ? 0 : 1;
        int[] ids = new int[pieces.length + before + 1];
        if (before == 1) {
            ids[0] = first;
        }
        for (int i = 0; i < pieces.length; i++) {
            ids[i + before] = numbers[pieces[i]];
        }
        ids[ids.length - 1] = end;
        return ids;
    }

    @Override
    public int[] forced(Direction direction) {
        return marks == Marks.SOURCE_FIRST_TARGET_FORCED
                ? new int[] {languages.required(direction.target())}
                : new int[0];
    }

    @Override
    public String decode(int[] tokens) {
        List<String> pieces = new ArrayList<>(tokens.length);
        for (int token : tokens) {
            String text = token < texts.length ? texts[token] : null;
            if (text != null && !isMark(text)) {
                pieces.add(text);
            }
        }
        return SentencePiece.decode(pieces);
    }

    private boolean isMark(String text) {
        return marks != Marks.NONE
                && ((text.startsWith("__") && text.endsWith("__")) || (text.startsWith(">>") && text.endsWith("<<")));
    }

    @Override
    public int size() {
        return texts.length;
    }

    @Override
    public boolean knows(Direction direction) {
        return switch (marks) {
            case NONE -> true;
            case TARGET_FIRST -> languages.id(direction.target()).isPresent();
            case SOURCE_FIRST_TARGET_FORCED ->
                languages.id(direction.source()).isPresent()
                        && languages.id(direction.target()).isPresent();
        };
    }
}
