package dev.busbar.simulator;

import dev.busbar.core.cluster.NodeState;
import dev.busbar.core.topology.GpuSet;
import dev.busbar.core.verbs.Promise;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How much of the GPUs that translators hold is really used. */
final class Utilisation {
    static final List<String> COLUMNS =
            List.of("replicas ask", "replicas", "GPUs held", "replicas per GPU", "memory used %", "compute used %");

    /** Memory of each GPU held, by node and UUID. */
    private final Map<String, Long> held = new HashMap<>();

    private int replicas;
    private long bytes;
    private long milli;

    /** Counts a replica that got a place. */
    void add(NodeState node, Promise placed, int number) {
        replicas++;
        bytes += Translators.memoryBytes(number);
        milli += Translators.milli(number);
        gpus(node, placed)
                .forEach(gpu -> held.put(
                        node.name() + "/" + gpu, node.topology().gpus().get(gpu).memoryBytes()));
    }

    /** The GPUs that the pod was given. */
    static GpuSet gpus(NodeState node, Promise placed) {
        long bits = 0;
        for (String uuid : placed.gpus()) {
            bits |= 1L << node.topology().indexOf(uuid).orElseThrow();
        }
        return new GpuSet(bits);
    }

    List<String> cells(String name) {
        double memory = held.values().stream().mapToDouble(Long::doubleValue).sum();
        double gpus = held.size();
        return List.of(
                name,
                Integer.toString(replicas),
                Integer.toString(held.size()),
                decimal(replicas / Math.max(1, gpus)),
                decimal(100.0 * bytes / Math.max(1, memory)),
                decimal((double) milli / Math.max(1, 10 * gpus)));
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
