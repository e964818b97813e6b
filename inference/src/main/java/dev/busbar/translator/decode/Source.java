package dev.busbar.translator.decode;

/**
 * One sentence for the model: its token ids, the tokens its translation must begin with, and how many tokens that may have.
 */
@SuppressWarnings("ArrayRecordComponent") // made once, read often, changed never
public record Source(int[] ids, int[] forced, int maxTokens) {
    public Source {
        if (ids.length == 0) {
            throw new IllegalArgumentException("a source needs at least one token");
        }
        if (maxTokens < 1) {
            throw new IllegalArgumentException("maxTokens (%d) must be at least 1".formatted(maxTokens));
        }
    }
}
