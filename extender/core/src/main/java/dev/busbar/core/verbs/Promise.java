package dev.busbar.core.verbs;

import dev.busbar.core.cluster.NodeState;
import dev.busbar.core.placement.Verdict.Fits;
import dev.busbar.core.topology.Allocator;
import dev.busbar.core.topology.Gpu;
import dev.busbar.core.topology.GpuSet;
import dev.busbar.core.topology.Nic;
import dev.busbar.core.workload.Annotations;
import dev.busbar.core.workload.Pod;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One Binding: the node and the devices of a pod, to be written together.
 *
 * @param annotations what the pod will carry
 */
public record Promise(Pod pod, String node, Map<String, String> annotations) {
    public Promise {
        annotations = Map.copyOf(annotations);
    }

    static Promise of(Pod pod, NodeState node, Fits fits, String runnerUp) {
        var annotations = new LinkedHashMap<String, String>();
        if (!fits.gpus().isEmpty()) {
            boolean ours = node.topology().allocator() == Allocator.BUSBAR;
            annotations.put(ours ? Annotations.GPUS : Annotations.GPUS_PREDICTED, uuids(node, fits.gpus()));
            put(annotations, Annotations.NUMA_NODES, numaNodes(node, fits.gpus()));
            put(annotations, Annotations.NICS, nics(node, fits.gpus()));
            annotations.put(Annotations.PLACEMENT, summary(fits, runnerUp));
        }
        return new Promise(pod, node.name(), annotations);
    }

    private static void put(Map<String, String> annotations, String key, String value) {
        if (!value.isEmpty()) {
            annotations.put(key, value);
        }
    }

    private static String uuids(NodeState node, GpuSet gpus) {
        return gpus.indices()
                .mapToObj(i -> node.topology().gpus().get(i).uuid())
                .collect(Collectors.joining(","));
    }

    private static String numaNodes(NodeState node, GpuSet gpus) {
        return gpus.indices()
                .map(i -> node.topology().gpus().get(i).numaNode())
                .filter(numa -> numa != Gpu.NO_NUMA)
                .distinct()
                .sorted()
                .mapToObj(Integer::toString)
                .collect(Collectors.joining(","));
    }

    /** The nearest RDMA card of each GPU, each card once. */
    private static String nics(NodeState node, GpuSet gpus) {
        var nearest = new ArrayList<String>();
        gpus.forEach(gpu -> nearest(node.topology().nics(), gpu, nearest));
        return String.join(",", nearest);
    }

    private static void nearest(List<Nic> nics, int gpu, List<String> names) {
        nics.stream()
                .filter(nic -> nic.rdma() && gpu < nic.paths().size())
                .min((a, b) -> a.paths().get(gpu).compareTo(b.paths().get(gpu)))
                .map(Nic::name)
                .filter(name -> !names.contains(name))
                .ifPresent(names::add);
    }

    private static String summary(Fits fits, String runnerUp) {
        var terms = fits.terms().terms().entrySet().stream()
                .map(term -> "\"%s\":%s".formatted(term.getKey(), rounded(term.getValue())))
                .collect(Collectors.joining(","));
        return "{\"gbps\":%s,\"score\":%s,\"terms\":{%s}%s}"
                .formatted(
                        rounded(fits.gigabytesPerSecond()),
                        rounded(fits.terms().score()),
                        terms,
                        runnerUp.isEmpty() ? "" : ",\"runnerUp\":\"%s\"".formatted(runnerUp));
    }

    private static String rounded(double value) {
        // + 0.0 turns a negative zero into zero
        return String.format(Locale.ROOT, "%.1f", value + 0.0);
    }

    /** The UUIDs promised or predicted; none for a pod without a GPU. */
    public List<String> gpus() {
        var uuids =
                annotations.getOrDefault(Annotations.GPUS, annotations.getOrDefault(Annotations.GPUS_PREDICTED, ""));
        return uuids.isEmpty() ? List.of() : List.of(uuids.split(","));
    }
}
