package dev.busbar.app;

import dev.busbar.core.cluster.ClusterState;
import dev.busbar.core.cluster.NodeState;
import dev.busbar.core.topology.GpuSet;
import java.io.PrintWriter;

/** The cluster's GPUs as a picture of one line per node; GPUs in one pair of brackets are joined by NVLink. */
record ClusterPicture(ClusterState state) {
    void print(PrintWriter out) {
        var snapshot = state.snapshot();
        var table = new Table("NODE", "GPUS, [] = JOINED BY NVLINK", "PRODUCT");
        for (int i = 0; i < snapshot.size(); i++) {
            var node = snapshot.node(i);
            var gpus = node.topology().gpus();
            table.row(
                    node.name(),
                    gpus.isEmpty() ? "none" : islands(node),
                    gpus.isEmpty() ? "" : gpus.size() + " x " + gpus.getFirst().product());
        }
        table.print(out);
    }

    private static String islands(NodeState node) {
        var text = new StringBuilder();
        for (GpuSet rest = node.topology().all(); !rest.isEmpty(); ) {
            var island = node.topology().links().island(rest.lowest());
            boolean joined = island.count() > 1;
            text.append(joined ? '[' : ' ');
            island.forEach(gpu -> text.append(mark(node, gpu)));
            text.append(joined ? ']' : ' ');
            rest = rest.minus(island);
        }
        return text.toString();
    }

    private static char mark(NodeState node, int gpu) {
        if (node.free().contains(gpu)) {
            return '.';
        }
        return node.shareable().contains(gpu) ? 's' : '#';
    }
}
