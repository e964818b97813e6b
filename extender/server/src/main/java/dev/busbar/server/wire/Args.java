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
