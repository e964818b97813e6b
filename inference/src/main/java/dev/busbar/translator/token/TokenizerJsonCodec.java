package dev.busbar.translator.token;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** A {@code tokenizer.json}, run by Hugging Face's own tokenizers library; language marks are put by us. */
final class TokenizerJsonCodec implements TextCodec {
    private final HuggingFaceTokenizer tokenizer;
    private final LanguageTokens languages;
    private final int size;
    private final int end;

    private TokenizerJsonCodec(HuggingFaceTokenizer tokenizer, LanguageTokens languages, int size, int end) {
        this.tokenizer = tokenizer;
        this.languages = languages;
        this.size = size;
        this.end = end;
    }

    static TokenizerJsonCodec read(Path folder, int end) {
        FolderFile file = FolderFile.read(folder, "tokenizer.json");
        Map<String, Integer> added = new HashMap<>();
        int size = vocabularySize(file);
        for (JsonNode token : file.field("added_tokens")) {
            added.put(token.path("content").stringValue(""), token.path("id").intValue());
            size = Math.max(size, token.path("id").intValue() + 1);
        }
        LanguageTokens languages = new LanguageTokens(added.keySet(), added::get);
        return new TokenizerJsonCodec(open(file.path()), languages, size, end);
    }

    static HuggingFaceTokenizer open(Path file) {
        try {
            return HuggingFaceTokenizer.newInstance(file, Map.of("truncation", "false", "padding", "false"));
        } catch (IOException | RuntimeException failure) {
            throw new BadModelFolder(file, "the file", "refused: " + failure.getMessage(), "a tokenizer");
        }
    }

    private static int vocabularySize(FolderFile file) {
        JsonNode vocabulary = file.root().path("model").path("vocab");
        if (!vocabulary.isObject() && !vocabulary.isArray()) {
            throw new BadModelFolder(file.path(), "model.vocab", vocabulary.getNodeType(), "an object or a list");
        }
        return vocabulary.size();
    }

    @Override
    public int[] encode(String text, Direction direction) {
        if (languages.isEmpty()) {
            return ids(tokenizer.encode(text, true, false).getIds());
        }
        List<Integer> ids = new ArrayList<>();
        ids.add(languages.required(direction.source()));
        for (long id : tokenizer.encode(text, false, false).getIds()) {
            ids.add((int) id);
        }
        ids.add(end);
        return ids.stream().mapToInt(Integer::intValue).toArray();
    }

    private static int[] ids(long[] wide) {
        int[] ids = new int[wide.length];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = (int) wide[i];
        }
        return ids;
    }

    @Override
    public int[] forced(Direction direction) {
        return languages.isEmpty() ? new int[0] : new int[] {languages.required(direction.target())};
    }

    @Override
    public String decode(int[] tokens) {
        long[] wide = new long[tokens.length];
        for (int i = 0; i < tokens.length; i++) {
            wide[i] = tokens[i];
        }
        return tokenizer.decode(wide, true).strip();
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public boolean knows(Direction direction) {
        return languages.isEmpty()
                || (languages.id(direction.source()).isPresent()
                        && languages.id(direction.target()).isPresent());
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
