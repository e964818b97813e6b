package dev.busbar.translator.token;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Text as SentencePiece wants it: characters folded by the model's own table, spaces made one and visible.
 *
 * <p>The table is a double-array trie over UTF-8 bytes followed by the replacement texts, each ended by a zero byte.
 */
final class SpmNormalizer {
    static final char SPACE = '▁';

    private final int[] trie;
    private final byte[] replacements;
    private final boolean dummyPrefix;
    private final boolean removeExtraSpaces;
    private final PieceTrie userDefined = new PieceTrie();
    private final boolean hasUserDefined;

    SpmNormalizer(byte[] charsMap, boolean dummyPrefix, boolean removeExtraSpaces, List<String> userDefined) {
        this.dummyPrefix = dummyPrefix;
        this.removeExtraSpaces = removeExtraSpaces;
        if (charsMap.length < 4) {
            trie = new int[0];
            replacements = new byte[0];
        } else {
            ByteBuffer buffer = ByteBuffer.wrap(charsMap).order(ByteOrder.LITTLE_ENDIAN);
            trie = new int[buffer.getInt() / 4];
            buffer.asIntBuffer().get(trie);
            replacements = new byte[buffer.remaining() - trie.length * 4];
            buffer.get(4 + trie.length * 4, replacements);
        }
        userDefined.forEach(piece -> this.userDefined.put(piece, piece.length()));
        hasUserDefined = !userDefined.isEmpty();
    }

    String normalize(String text) {
        String folded = fold(text);
        StringBuilder out = new StringBuilder(folded.length() + 8);
        boolean previousSpace = removeExtraSpaces;
        for (int i = 0; i < folded.length(); i++) {
            char c = folded.charAt(i);
            if (c != ' ') {
                out.append(c);
                previousSpace = false;
            } else if (!previousSpace) {
                out.append(SPACE);
                previousSpace = removeExtraSpaces;
            }
        }
        if (removeExtraSpaces) {
            while (!out.isEmpty() && out.charAt(out.length() - 1) == SPACE) {
                out.setLength(out.length() - 1);
            }
        }
        return dummyPrefix && !out.isEmpty() ? out.insert(0, SPACE).toString() : out.toString();
    }

    private String fold(String text) {
        if (trie.length == 0) {
            return text;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length + 16);
        int place = 0;
        int character = 0;
        while (place < bytes.length) {
            int kept = hasUserDefined ? userDefinedAt(text, character) : 0;
            int length;
            if (kept > 0) {
                length = text.substring(character, character + kept).getBytes(StandardCharsets.UTF_8).length;
                out.write(bytes, place, length);
            } else {
                length = foldOne(bytes, place, out);
            }
            character += characters(bytes, place, length);
            place += length;
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    /** Writes what stands for the longest match here; gives how many bytes it took. */
    private int foldOne(byte[] bytes, int place, ByteArrayOutputStream out) {
        int matched = 0;
        int replacement = 0;
        int node = offset(trie[0]);
        for (int i = place; i < bytes.length; i++) {
            int label = bytes[i] & 0xff;
            node ^= label;
            if (node >= trie.length || (trie[node] & 0x800000ff) != label) {
                break;
            }
            boolean leaf = (trie[node] >>> 8 & 1) == 1;
            node ^= offset(trie[node]);
            if (leaf) {
                matched = i + 1 - place;
                replacement = trie[node] & 0x7fffffff;
            }
        }
        if (matched == 0) {
            int length = Math.min(utf8Length(bytes[place]), bytes.length - place);
            out.write(bytes, place, length);
            return length;
        }
        for (int i = replacement; i < replacements.length && replacements[i] != 0; i++) {
            out.write(replacements[i]);
        }
        return matched;
    }

    private int userDefinedAt(String text, int place) {
        int longest = 0;
        int node = 0;
        for (int i = place; i < text.length() && node != PieceTrie.NONE; i++) {
            node = userDefined.child(node, text.charAt(i));
            if (node != PieceTrie.NONE && userDefined.value(node) != PieceTrie.NONE) {
                longest = userDefined.value(node);
            }
        }
        return longest;
    }

    private static int offset(int unit) {
        return unit >>> 10 << ((unit & 1 << 9) >>> 6);
    }

    private static int utf8Length(byte lead) {
        int value = lead & 0xff;
        return value < 0x80 ? 1 : value < 0xe0 ? 2 : value < 0xf0 ? 3 : 4;
    }

    private static int characters(byte[] bytes, int place, int length) {
        int count = 0;
        for (int i = place; i < place + length; i++) {
            int value = bytes[i] & 0xff;
            if ((value & 0xc0) != 0x80) {
                count += value >= 0xf0 ? 2 : 1;
            }
        }
        return count;
    }
}
