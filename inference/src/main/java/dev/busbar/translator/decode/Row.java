package dev.busbar.translator.decode;

import java.util.Arrays;

/** The tokens a row has so far, without the one it was started with. */
final class Row {
    private int[] tokens = new int[32];
    private int length;

    Row() {}

    Row(Row other) {
        tokens = Arrays.copyOf(other.tokens, Math.max(other.tokens.length, other.length + 1));
        length = other.length;
    }

    void add(int token) {
        if (length == tokens.length) {
            tokens = Arrays.copyOf(tokens, length * 2);
        }
        tokens[length++] = token;
    }

    int length() {
        return length;
    }

    boolean endsWith(int[] word, int prefix) {
        if (prefix > length) {
            return false;
        }
        return Arrays.equals(tokens, length - prefix, length, word, 0, prefix);
    }

    int[] tokens() {
        return Arrays.copyOf(tokens, length);
    }
}
