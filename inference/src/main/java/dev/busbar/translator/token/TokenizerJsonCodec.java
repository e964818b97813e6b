package dev.busbar.translator.token;

import java.nio.file.Path;

/** A {@code tokenizer.json}; language marks are put by us. */
final class TokenizerJsonCodec implements TextCodec {
    private final JsonTokenizer tokenizer;
    private final LanguageTokens languages;
    private final int end;

    private TokenizerJsonCodec(JsonTokenizer tokenizer, int end) {
        this.tokenizer = tokenizer;
        this.languages = new LanguageTokens(
                tokenizer.added().keySet(), text -> tokenizer.added().get(text));
        this.end = end;
    }

    static TokenizerJsonCodec read(Path folder, int end) {
        return new TokenizerJsonCodec(JsonTokenizer.read(folder), end);
    }

    @Override
    public int[] encode(String text, Direction direction) {
        if (languages.isEmpty()) {
            return tokenizer.idsWithMarks(text);
        }
        int[] plain = tokenizer.ids(text);
        int[] ids = new int[plain.length + 2];
        ids[0] = languages.required(direction.source());
        System.arraycopy(plain, 0, ids, 1, plain.length);
        ids[ids.length - 1] = end;
        return ids;
    }

    @Override
    public int[] forced(Direction direction) {
        return languages.isEmpty() ? new int[0] : new int[] {languages.required(direction.target())};
    }

    @Override
    public String decode(int[] tokens) {
        return tokenizer.text(tokens).strip();
    }

    @Override
    public int size() {
        return tokenizer.size();
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
