package dev.busbar.server.wire;

import dev.busbar.core.workload.Pod;

/** The arguments of filter and prioritize. They point into the request's text, so they live no longer than it does. */
public final class Args {
    private final Pod pod;
    private final AskedNodes nodes;
    private final NameTable table;

    Args(Pod pod, AskedNodes nodes, NameTable table) {
        this.pod = pod;
        this.nodes = nodes;
        this.table = table;
        namesEachOnce(nodes.numbers(), table.size());
    }

    /** A node that is named twice can't be answered twice. */
    private static void namesEachOnce(int[] numbers, int known) {
        var named = new boolean[known];
        for (int number : numbers) {
            if (number >= 0) {
                if (named[number]) {
                    throw new WireException("the request names a node twice");
                }
                named[number] = true;
            }
        }
    }

    public Pod pod() {
        return pod;
    }

    /** The nodes in the order asked, by their number among the known names; -1 for one that is not known. */
    public int[] nodes() {
        return nodes.numbers();
    }

    AskedNodes asked() {
        return nodes;
    }

    NameTable table() {
        return table;
    }
}
