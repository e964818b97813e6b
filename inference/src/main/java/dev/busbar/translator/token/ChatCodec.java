package dev.busbar.translator.token;

import java.nio.file.Path;
import java.util.Arrays;

/** A chat model as a translator: its prompt asks for a translation, and what it thinks before it answers is left out. */
final class ChatCodec implements TextCodec {
    private static final String THOUGHT = "<think>";
    private static final String THOUGHT_END = "</think>";

    private final JsonTokenizer tokenizer;
    private final ChatPrompt prompt;
    private final boolean opensThought;

    private ChatCodec(JsonTokenizer tokenizer, ChatPrompt prompt) {
        this.tokenizer = tokenizer;
        this.prompt = prompt;
        opensThought = ChatPrompt.opensThought(prompt.around("", new Direction("en", "de")));
    }

    static ChatCodec read(Path folder) {
        return new ChatCodec(JsonTokenizer.read(folder), ChatPrompt.read(folder));
    }

    @Override
    public int[] encode(String text, Direction direction) {
        return tokenizer.ids(prompt.around(apart(text), direction));
    }

    /** A mark within a text is not the template's: a space in it makes it text. */
    private String apart(String text) {
        String plain = text;
        for (String mark : tokenizer.special()) {
            plain = plain.replace(mark, mark.substring(0, 1) + " " + mark.substring(1));
        }
        return plain;
    }

    /** The text loses its end; what the template says behind it stays. */
    @Override
    public int[] shortened(int[] ids, int length, Direction direction) {
        int[] empty = encode("", direction);
        int tail = 0;
        while (tail < empty.length && empty[empty.length - 1 - tail] == ids[ids.length - 1 - tail]) {
            tail++;
        }
        int[] shorter = Arrays.copyOf(ids, length);
        System.arraycopy(ids, ids.length - tail, shorter, length - tail, tail);
        return shorter;
    }

    @Override
    public int[] forced(Direction direction) {
        return new int[0];
    }

    @Override
    public int thoughtTokens() {
        return prompt.thoughtTokens();
    }

    @Override
    public String decode(int[] tokens) {
        int open = tokenizer.added().getOrDefault(THOUGHT, -1);
        int close = tokenizer.added().getOrDefault(THOUGHT_END, -1);
        boolean thinks = opensThought
                || (tokens.length > 0 && tokens[0] == open)
                || tokenizer.text(tokens).stripLeading().startsWith(THOUGHT);
        if (!thinks) {
            return oneLine(tokenizer.text(tokens));
        }
        for (int i = 0; i < tokens.length; i++) {
            if (tokens[i] == close) {
                return oneLine(tokenizer.text(Arrays.copyOfRange(tokens, i + 1, tokens.length)));
            }
        }
        String text = tokenizer.text(tokens);
        int end = text.indexOf(THOUGHT_END);
        if (end < 0) {
            throw new NoAnswer("""
                the model was still thinking after %d tokens
                Maybe give it more thoughtTokens in busbar.json, or 0 for none.\
                """.formatted(tokens.length));
        }
        return oneLine(text.substring(end + THOUGHT_END.length()));
    }

    /** A sentence stays a line. */
    private static String oneLine(String text) {
        return text.strip().replaceAll("\\s*\\R\\s*", " ");
    }

    @Override
    public int size() {
        return tokenizer.size();
    }

    @Override
    public boolean knows(Direction direction) {
        return ChatPrompt.language(direction.source()).isPresent()
                && ChatPrompt.language(direction.target()).isPresent();
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
