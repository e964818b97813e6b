package dev.busbar.files.sources;

import dev.busbar.files.gputopology.Gpu;
import dev.busbar.files.gputopology.GpuTopology;
import dev.busbar.files.gputopology.KubeletPolicies;
import dev.busbar.files.gputopology.Memory;
import dev.busbar.files.gputopology.NumaNode;
import dev.busbar.files.gputopology.Spec;
import dev.busbar.files.gputopology.Status;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/**
 * A NodeResourceTopology ({@code topology.node.k8s.io/v1alpha2}): how many GPUs each NUMA node has, and the kubelet's
 * topology policy. Which GPU is where it does not say, so they are numbered NUMA node by NUMA node.
 */
public final class ZoneSource {

    private static final Pattern NUMA_ZONE = Pattern.compile("node-([0-9]{1,3})");

    private ZoneSource() {}

    /** A NUMA node and the GPUs, CPUs and memory it has. */
    private record Zone(int numa, int gpus, int cpus, Memory memory) {}

    /** {@code gpuResource} is the resource to count; the labels in {@code words} tell the product where they are. */
    public static Optional<GpuTopology> read(JsonNode object, NodeWords words, String gpuResource) {
        var zones = StreamSupport.stream(object.path("zones").spliterator(), false)
                .filter(zone -> zone.path("type").asString("").equals("Node"))
                .flatMap(zone -> zone(zone, gpuResource).stream())
                .sorted(Comparator.comparingInt(Zone::numa))
                .toList();
        var numas = new ArrayList<Integer>();
        zones.forEach(zone -> {
            for (int i = 0; i < zone.gpus(); i++) {
                numas.add(zone.numa());
            }
        });
        if (numas.isEmpty() || numas.size() > 64) {
            return Optional.empty();
        }
        return Optional.of(GpuTopology.of(words.node(), spec(object, words, zones, numas), Status.EMPTY));
    }

    private static Spec spec(JsonNode object, NodeWords words, List<Zone> zones, List<Integer> numas) {
        var product = words.label("nvidia.com/gpu.product");
        var memory = Memory.mebibytes(Math.max(words.number("nvidia.com/gpu.memory"), 0));
        var gpus = new ArrayList<Gpu>();
        for (int numa : numas) {
            gpus.add(new Gpu(gpus.size(), "gpu-" + gpus.size(), product, memory, numa, "", "", List.of()));
        }
        var numa = zones.stream()
                .map(zone -> new NumaNode(zone.numa(), cpus(zone), zone.memory(), List.of()))
                .toList();
        return new Spec(
                gpus,
                Guess.rows(product, gpus.size(), (a, b) -> numas.get(a).equals(numas.get(b)) ? "NODE" : "SYS"),
                List.of(),
                FabricLabels.read(words),
                numa,
                "",
                policies(object));
    }

    /** Only the number is known; it is written as a list of so many. */
    private static String cpus(Zone zone) {
        return zone.cpus() == 0 ? "" : "0-" + (zone.cpus() - 1);
    }

    private static Optional<Zone> zone(JsonNode zone, String gpuResource) {
        var name = NUMA_ZONE.matcher(zone.path("name").asString(""));
        if (!name.matches()) {
            return Optional.empty();
        }
        return Optional.of(new Zone(
                Integer.parseInt(name.group(1)),
                Math.clamp(capacity(zone, gpuResource), 0, 64),
                Math.clamp(capacity(zone, "cpu"), 0, 4096),
                new Memory(capacity(zone, "memory"))));
    }

    private static long capacity(JsonNode zone, String resource) {
        return StreamSupport.stream(zone.path("resources").spliterator(), false)
                .filter(entry -> entry.path("name").asString("").equals(resource))
                .findFirst()
                .flatMap(entry -> Amount.of(entry.path("capacity")))
                .orElse(0L);
    }

    private static KubeletPolicies policies(JsonNode object) {
        return new KubeletPolicies(
                attribute(
                        object,
                        "topologyManagerPolicy",
                        List.of("none", "best-effort", "restricted", "single-numa-node")),
                attribute(object, "topologyManagerScope", List.of("container", "pod")),
                "",
                "");
    }

    private static String attribute(JsonNode object, String name, List<String> known) {
        return StreamSupport.stream(object.path("attributes").spliterator(), false)
                .filter(entry -> entry.path("name").asString("").equals(name))
                .map(entry -> entry.path("value").asString(""))
                .filter(known::contains)
                .findFirst()
                .orElseGet(() -> deprecated(object, name));
    }

    /** {@code topologyPolicies: [SingleNUMANodePodLevel]}, as older publishers have it. */
    private static String deprecated(JsonNode object, String name) {
        var policy = object.path("topologyPolicies").path(0).asString("");
        if (name.equals("topologyManagerScope")) {
            return policy.endsWith("PodLevel") ? "pod" : policy.endsWith("ContainerLevel") ? "container" : "";
        }
        return switch (policy) {
            case "SingleNUMANode", "SingleNUMANodePodLevel", "SingleNUMANodeContainerLevel" -> "single-numa-node";
            case "Restricted", "RestrictedPodLevel", "RestrictedContainerLevel" -> "restricted";
            case "BestEffort", "BestEffortPodLevel", "BestEffortContainerLevel" -> "best-effort";
            case "None" -> "none";
            default -> "";
        };
    }
}
