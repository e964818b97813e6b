package dev.busbar.server.wire;

import java.util.Arrays;

/**
 * The order in which the scheduler names the nodes, which hardly changes from call to call: the names that will come
 * next are guessed, and a guess is checked by comparing bytes, many names at once, which is far cheaper than a look-up.
 */
final class NameOrder {
    /** How many names may be left out before the guess gives up. */
    private static final int AHEAD = 3;

    private final NameTable table;
    private final int[] order;
    private final int[] position;

    /** The quoted names in that order, a comma behind each: what is compared lies as it is read. */
    private final byte[] text;

    private final int[] starts;
    private int next;
    private int misses;

    NameOrder(NameTable table) {
        this.table = table;
        this.order = new int[table.size()];
        this.position = new int[table.size()];
        for (int i = 0; i < order.length; i++) {
            order[i] = i;
            position[i] = i;
        }
        this.text = new byte[table.text().length + order.length];
        this.starts = new int[order.length + 1];
        lay();
    }

    private void lay() {
        int at = 0;
        for (int i = 0; i < order.length; i++) {
            starts[i] = at;
            int length = table.quotedTo(order[i]) - table.quotedFrom(order[i]);
            System.arraycopy(table.text(), table.quotedFrom(order[i]), text, at, length);
            at += length;
            text[at++] = ',';
        }
        starts[order.length] = at;
    }

    void start() {
        next = 0;
        misses = 0;
    }

    /** Takes all names at this place that are the expected ones and have a comma behind them; the place after these. */
    int run(byte[] asked, int at, int end, AskedNodesBuilder into) {
        int shift = at - starts[next];
        int other = Arrays.mismatch(text, starts[next], starts[order.length], asked, at, end);
        int same = other < 0 ? end : at + other;
        for (; next < order.length && starts[next + 1] + shift <= same; next++) {
            into.name(order[next], starts[next] + shift + 1, starts[next + 1] + shift - 2);
        }
        return starts[next] + shift;
    }

    /** The number of the node whose quoted name is at this place, if it is one that was to be expected; else -1. */
    int expected(byte[] asked, int at, int end) {
        int last = Math.min(next + AHEAD, order.length);
        for (int i = next; i < last; i++) {
            int to = at + starts[i + 1] - starts[i] - 1;
            if (to <= end && Arrays.equals(text, starts[i], starts[i + 1] - 1, asked, at, to)) {
                next = i + 1;
                return order[i];
            }
        }
        return -1;
    }

    /** The name was not the expected one but this one's. */
    void found(int number) {
        misses++;
        next = position[number] + 1;
    }

    /** Takes over the order of a list that names most nodes and was not guessed well. */
    void learn(AskedNodesBuilder list) {
        if (misses * 4 < list.count() || list.count() * 2 < order.length) {
            return;
        }
        var named = new boolean[order.length];
        var old = order.clone();
        int filled = 0;
        for (int i = 0; i < list.count(); i++) {
            int number = list.number(i);
            if (number >= 0 && !named[number]) {
                named[number] = true;
                order[filled++] = number;
            }
        }
        for (int number : old) {
            if (!named[number]) {
                order[filled++] = number;
            }
        }
        for (int i = 0; i < order.length; i++) {
            position[order[i]] = i;
        }
        lay();
    }
}
