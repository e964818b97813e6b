package dev.busbar.core.score;

/**
 * Values by 64-bit fingerprint, bounded: once the young half is full it becomes the old one, and the old one is
 * dropped; a value found in the old half moves to the young one. No boxing, no allocation but at the first growth.
 */
final class Memo {
    static final long UNKNOWN = Long.MIN_VALUE;

    private static final int FIRST_CAPACITY = 1 << 12;

    private final int maxCapacity;
    private Table young = new Table(FIRST_CAPACITY);
    private Table old = new Table(FIRST_CAPACITY);

    /** Keeps at least this many of the newest values. */
    Memo(int atLeast) {
        this.maxCapacity = Integer.highestOneBit(Math.max(FIRST_CAPACITY, atLeast * 2));
    }

    /** The value, or {@link #UNKNOWN}. */
    long get(long key) {
        long value = young.get(key);
        if (value == UNKNOWN) {
            value = old.get(key);
            if (value != UNKNOWN) {
                put(key, value);
            }
        }
        return value;
    }

    void put(long key, long value) {
        if (young.isFull()) {
            makeRoom();
        }
        young.put(key, value);
    }

    private void makeRoom() {
        if (young.capacity() < maxCapacity) {
            young = young.grown();
            return;
        }
        old = young;
        young = new Table(old.capacity());
    }

    /** Open addressing with linear probing; key 0 marks an empty place. */
    private static final class Table {
        private final long[] keys;
        private final long[] values;
        private int size;

        Table(int capacity) {
            keys = new long[capacity];
            values = new long[capacity];
        }

        int capacity() {
            return keys.length;
        }

        boolean isFull() {
            return size * 2 >= keys.length;
        }

        long get(long key) {
            int at = place(key);
            return keys[at] == key ? values[at] : UNKNOWN;
        }

        void put(long key, long value) {
            int at = place(key);
            if (keys[at] != key) {
                keys[at] = key;
                size++;
            }
            values[at] = value;
        }

        private int place(long key) {
            int at = (int) key & keys.length - 1;
            while (keys[at] != key && keys[at] != 0) {
                at = at + 1 & keys.length - 1;
            }
            return at;
        }

        Table grown() {
            var larger = new Table(keys.length * 2);
            for (int i = 0; i < keys.length; i++) {
                if (keys[i] != 0) {
                    larger.put(keys[i], values[i]);
                }
            }
            return larger;
        }
    }
}
