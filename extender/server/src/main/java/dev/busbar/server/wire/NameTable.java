package dev.busbar.server.wire;

import dev.busbar.core.cluster.NodeNames;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The bytes of the cluster's node names: to find a name's number, and to write answers without building them. */
public final class NameTable {
    private static final byte[] HOST = "{\"Host\":".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SCORE = ",\"Score\":".getBytes(StandardCharsets.US_ASCII);

    private final NodeNames names;
    /** Of every node, one after the other, what an answer of prioritize says before the score. */
    private final byte[] fragments;

    private final int[] starts;
    private final int[] slots;

    private NameTable(NodeNames names, byte[] fragments, int[] starts) {
        this.names = names;
        this.fragments = fragments;
        this.starts = starts;
        this.slots = new int[Math.max(16, Integer.highestOneBit(Math.max(1, names.size())) * 4)];
        for (int number = 0; number < names.size(); number++) {
            int slot = slot(fragments, quotedFrom(number) + 1, quotedTo(number) - 1);
            while (slots[slot] != 0) {
                slot = slot + 1 & slots.length - 1;
            }
            slots[slot] = number + 1;
        }
    }

    static NameTable of(NodeNames names) {
        var bytes = new JsonBytes(64 * (names.size() + 1));
        var starts = new int[names.size() + 1];
        for (int number = 0; number < names.size(); number++) {
            starts[number] = bytes.length();
            bytes.put(HOST).string(names.name(number)).put(SCORE);
        }
        starts[names.size()] = bytes.length();
        return new NameTable(names, bytes.toArray(), starts);
    }

    NodeNames names() {
        return names;
    }

    int size() {
        return names.size();
    }

    /** The whole text of the fragments; {@link #quotedFrom} and its kin are positions in it. */
    byte[] text() {
        return fragments;
    }

    int from(int number) {
        return starts[number];
    }

    int to(int number) {
        return starts[number + 1];
    }

    int quotedFrom(int number) {
        return starts[number] + HOST.length;
    }

    int quotedTo(int number) {
        return starts[number + 1] - SCORE.length;
    }

    /** The number of the name between these positions, or -1. */
    int find(byte[] text, int from, int to) {
        int slot = slot(text, from, to);
        while (slots[slot] != 0) {
            int number = slots[slot] - 1;
            if (Arrays.equals(fragments, quotedFrom(number) + 1, quotedTo(number) - 1, text, from, to)) {
                return number;
            }
            slot = slot + 1 & slots.length - 1;
        }
        return -1;
    }

    private int slot(byte[] text, int from, int to) {
        int hash = 0;
        for (int i = from; i < to; i++) {
            hash = hash * 31 + text[i];
        }
        hash *= 0x9E3779B9;
        return (hash ^ hash >>> 15) & slots.length - 1;
    }
}
