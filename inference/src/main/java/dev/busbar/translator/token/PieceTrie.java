package dev.busbar.translator.token;

import java.util.Arrays;

/** Finds all pieces that begin at a place of a text; an open-addressing table from (node, character) to the next node. */
final class PieceTrie {
    static final int NONE = -1;

    private long[] keys = new long[1 << 12];
    private int[] children = new int[1 << 12];
    private int[] values = new int[1 << 12];
    private int nodes = 1;
    private int edges;

    PieceTrie() {
        Arrays.fill(keys, -1);
        Arrays.fill(values, NONE);
    }

    void put(String piece, int value) {
        int node = 0;
        for (int i = 0; i < piece.length(); i++) {
            int next = child(node, piece.charAt(i));
            node = next == NONE ? addChild(node, piece.charAt(i)) : next;
        }
        values[node] = value;
    }

    /** The node behind this character, or NONE; the root is 0. */
    int child(int node, char character) {
        long key = (long) node << 16 | character;
        for (int slot = slot(key); keys[slot] != -1; slot = slot + 1 & keys.length - 1) {
            if (keys[slot] == key) {
                return children[slot];
            }
        }
        return NONE;
    }

    /** The value of the piece that ends in this node, or NONE. */
    int value(int node) {
        return values[node];
    }

    private int addChild(int node, char character) {
        if (++edges * 2 > keys.length) {
            grow();
        }
        if (nodes == values.length) {
            values = Arrays.copyOf(values, nodes * 2);
            Arrays.fill(values, nodes, nodes * 2, NONE);
        }
        insert((long) node << 16 | character, nodes);
        return nodes++;
    }

    private void grow() {
        long[] oldKeys = keys;
        int[] oldChildren = children;
        keys = new long[oldKeys.length * 2];
        children = new int[oldKeys.length * 2];
        Arrays.fill(keys, -1);
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != -1) {
                insert(oldKeys[i], oldChildren[i]);
            }
        }
    }

    private void insert(long key, int child) {
        int slot = slot(key);
        while (keys[slot] != -1) {
            slot = slot + 1 & keys.length - 1;
        }
        keys[slot] = key;
        children[slot] = child;
    }

    private int slot(long key) {
        long mixed = key * 0x9E3779B97F4A7C15L;
        return (int) (mixed >>> 40) & keys.length - 1;
    }
}
