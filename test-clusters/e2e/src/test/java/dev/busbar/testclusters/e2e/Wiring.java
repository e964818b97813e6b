package dev.busbar.testclusters.e2e;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** How the GPUs of a cluster are wired, read from the GpuTopology objects and from nothing of ours. */
record Wiring(Map<String, Place> places) {
    /** Where a GPU is, how much memory it has, and the words of its row, one per GPU of its node. */
    record Place(String node, int position, long mebibytes, List<String> row) {}

    Wiring {
        places = Map.copyOf(places);
    }

    static Wiring of(List<GenericKubernetesResource> topologies) {
        var places = new HashMap<String, Place>();
        for (var topology : topologies) {
            List<Map<String, Object>> gpus = topology.get("spec", "gpus");
            List<String> links = topology.get("spec", "links");
            for (int i = 0; i < gpus.size(); i++) {
                var gpu = gpus.get(i);
                var place = new Place(
                        topology.getMetadata().getName(),
                        i,
                        mebibytes(String.valueOf(gpu.get("memory"))),
                        List.of(links.get(i).split(" ")));
                places.put((String) gpu.get("uuid"), place);
            }
        }
        return new Wiring(places);
    }

    Place place(String uuid) {
        var place = places.get(uuid);
        if (place == null) {
            throw new AssertionError("no GpuTopology has a GPU " + uuid);
        }
        return place;
    }

    /** A node's GPUs in the order of its own list. */
    List<String> gpusOf(String node) {
        return places.entrySet().stream()
                .filter(gpu -> gpu.getValue().node().equals(node))
                .sorted(Comparator.comparingInt(gpu -> gpu.getValue().position()))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Whether each GPU of the set has an NVLink to each other one. */
    boolean allLinked(List<String> uuids) {
        return uuids.stream().allMatch(a -> uuids.stream().allMatch(b -> a.equals(b) || linked(a, b)));
    }

    boolean linked(String one, String other) {
        var from = place(one);
        var to = place(other);
        return from.node().equals(to.node()) && from.row().get(to.position()).startsWith("NV");
    }

    /** The GPUs that have an NVLink to this one. */
    Set<String> partners(String uuid) {
        return places.keySet().stream()
                .filter(other -> !other.equals(uuid) && linked(uuid, other))
                .collect(Collectors.toSet());
    }

    static long mebibytes(String quantity) {
        var number = Long.parseLong(quantity.replaceAll("[A-Za-z]+$", ""));
        return switch (quantity.replaceAll("^[0-9]+", "")) {
            case "Ti" -> number * 1024 * 1024;
            case "Gi" -> number * 1024;
            case "Mi" -> number;
            case "Ki" -> number / 1024;
            default -> number / (1024 * 1024);
        };
    }
}
