package dev.busbar.server.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** JSON text that grows byte by byte; whoever writes it sees to the commas. */
public final class JsonBytes {
    private byte[] bytes;
    private int length;

    public JsonBytes(int capacity) {
        bytes = new byte[capacity];
    }

    /** Text that goes on after these bytes; the array becomes the text's own. */
    JsonBytes(byte[] begun) {
        bytes = begun;
        length = begun.length;
    }

    /** The text in an array of its own. */
    public byte[] toArray() {
        return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }

    /** The same, where this text will be written over. */
    byte[] copy() {
        return Arrays.copyOf(bytes, length);
    }

    /** Begins anew in the same room. */
    JsonBytes clear() {
        length = 0;
        return this;
    }

    public int length() {
        return length;
    }

    /** Takes back the last byte, a comma as a rule. */
    void shorten() {
        length--;
    }

    private void reserve(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }

    JsonBytes put(char ascii) {
        reserve(1);
        bytes[length++] = (byte) ascii;
        return this;
    }

    JsonBytes put(byte[] source) {
        return put(source, 0, source.length);
    }

    JsonBytes put(byte[] source, int from, int to) {
        reserve(to - from);
        System.arraycopy(source, from, bytes, length, to - from);
        length += to - from;
        return this;
    }

    /** Text that is JSON already. */
    JsonBytes raw(String json) {
        return put(json.getBytes(StandardCharsets.UTF_8));
    }

    JsonBytes number(long value) {
        if (value >= 0 && value < 10) {
            return put((char) ('0' + value));
        }
        return raw(Long.toString(value));
    }

    /** A string with its quotes. */
    JsonBytes string(String text) {
        return put(quoted(text));
    }

    /** A string as JSON writes it, quotes included. */
    static byte[] quoted(String text) {
        var out = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < ' ' || Character.isSurrogate(c)) {
                        // Escaped, a half of a pair that lost its other half stays valid JSON.
                        out.append("\\u%04x".formatted((int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        return out.append('"').toString().getBytes(StandardCharsets.UTF_8);
    }
}
