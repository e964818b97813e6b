package dev.busbar.translator.decode;

import java.util.Arrays;
import java.util.List;

/** What a model's own files say about decoding: which tokens end a sentence, which never come, how long it may get. */
@SuppressWarnings("ArrayRecordComponent") // made once, read often, changed never
public record TokenRules(int[] ends, List<int[]> banned, int maxTokens, double lengthPenalty) {
    public TokenRules {
        if (ends.length == 0) {
            throw new IllegalArgumentException("a model needs at least one end token");
        }
        if (maxTokens < 1) {
            throw new IllegalArgumentException("maxTokens (%d) must be at least 1".formatted(maxTokens));
        }
        banned = List.copyOf(banned);
    }

    public boolean isEnd(int token) {
        for (int end : ends) {
            if (end == token) {
                return true;
            }
        }
        return false;
    }

    /** The tokens that may not follow these: banned words of one token, and the last token of a longer one begun. */
    int[] bannedAfter(Row history) {
        return banned.stream()
                .filter(word -> history.endsWith(word, word.length - 1))
                .mapToInt(word -> word[word.length - 1])
                .toArray();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TokenRules that
                && Arrays.equals(ends, that.ends)
                && maxTokens == that.maxTokens
                && lengthPenalty == that.lengthPenalty
                && Arrays.deepEquals(banned.toArray(), that.banned.toArray());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(ends) * 31 + maxTokens;
    }
}
