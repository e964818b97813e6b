package dev.busbar.translator.token;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** A {@code tokenizer.json}, run by Hugging Face's own tokenizers library, and what the file says about itself. */
final class JsonTokenizer implements AutoCloseable {
    private final HuggingFaceTokenizer tokenizer;
    private final Map<String, Integer> added;
    private final Set<String> special;
    private final int size;

    private JsonTokenizer(HuggingFaceTokenizer tokenizer, Map<String, Integer> added, Set<String> special, int size) {
        this.tokenizer = tokenizer;
        this.added = added;
        this.special = special;
        this.size = size;
    }

    static JsonTokenizer read(Path folder) {
        FolderFile file = FolderFile.read(folder, "tokenizer.json");
        Map<String, Integer> added = new HashMap<>();
        Set<String> special = new HashSet<>();
        int size = vocabularySize(file);
        for (JsonNode token : file.field("added_tokens")) {
            String content = token.path("content").stringValue("");
            added.put(content, token.path("id").intValue());
            if (token.path("special").booleanValue(false)) {
                special.add(content);
            }
            size = Math.max(size, token.path("id").intValue() + 1);
        }
        return new JsonTokenizer(open(file.path()), added, special, size);
    }

    private static HuggingFaceTokenizer open(Path file) {
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

    /** The tokens beside the vocabulary, by their text. */
    Map<String, Integer> added() {
        return added;
    }

    /** Those of them that are marks and no text. */
    Set<String> special() {
        return special;
    }

    int size() {
        return size;
    }

    int[] ids(String text) {
        return narrow(tokenizer.encode(text, false, false).getIds());
    }

    /** With the marks around it that the file says every text has. */
    int[] idsWithMarks(String text) {
        return narrow(tokenizer.encode(text, true, false).getIds());
    }

    private static int[] narrow(long[] wide) {
        int[] ids = new int[wide.length];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = (int) wide[i];
        }
        return ids;
    }

    /** Without the marks. */
    String text(int[] tokens) {
        long[] wide = new long[tokens.length];
        for (int i = 0; i < tokens.length; i++) {
            wide[i] = tokens[i];
        }
        return tokenizer.decode(wide, true);
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
