package dev.busbar.files;

import dev.busbar.core.cluster.NodeUse;
import dev.busbar.core.cluster.NodeUse.Attribution;
import dev.busbar.core.topology.GpuSet;
import dev.busbar.core.topology.NodeTopology;
import dev.busbar.files.gputopology.GpuTopology;
import dev.busbar.files.gputopology.GpuUse;
import dev.busbar.files.gputopology.NumaUse;
import dev.busbar.files.gputopology.PodDevices;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Reads what a GpuTopology object says was measured. What can't be read was not measured. */
public final class UseReader {

    /** Finds a pod of which only the name is known; the kubelet names its pods so. */
    public interface PodNames {
        Optional<String> uid(String namespace, String name);
    }

    // Whose word on a pod's devices counts when they differ.
    private static final List<String> MOST_TRUSTED_LAST =
            List.of(PodDevices.PROCESS, PodDevices.CONTAINER, PodDevices.KUBELET);

    /** A snapshot's word for a measurement that was too old when it was taken; no agent writes it. */
    static final String OUTDATED = "outdated";

    private UseReader() {}

    public static NodeUse read(GpuTopology object, NodeTopology topology, PodNames names) {
        var gpus = new ArrayList<NodeUse.GpuUse>();
        var oldest = time(object.status().observedAt());
        for (var use : object.status().gpus()) {
            var index = topology.indexOf(use.uuid());
            if (index.isEmpty() || use.measured().isEmpty()) {
                continue;
            }
            gpus.add(memory(index.getAsInt(), use));
            var taken = time(use.observedAt());
            oldest = taken.isPresent() && oldest.map(taken.get()::isBefore).orElse(true) ? taken : oldest;
        }
        var devices = devices(object.status().pods(), names);
        return new NodeUse(
                oldest.orElse(Instant.EPOCH),
                oldest.isPresent() ? gpus : List.of(),
                devices.entrySet().stream()
                        .collect(Collectors.toMap(Map.Entry::getKey, pod -> set(pod.getValue(), topology))),
                devices.entrySet().stream()
                        .filter(pod -> looksAtAll(pod.getValue(), topology))
                        .map(Map.Entry::getKey)
                        .collect(Collectors.toSet()),
                freeCpus(object.status().numa()));
    }

    private static Map<Integer, Integer> freeCpus(List<NumaUse> numa) {
        return numa.stream().collect(Collectors.toMap(NumaUse::id, NumaUse::freeCpus, Math::min));
    }

    private static NodeUse.GpuUse memory(int index, GpuUse use) {
        var byPod = new HashMap<String, Long>();
        for (var pod : use.pods()) {
            byPod.merge(pod.uid(), pod.usedMemory().bytes(), Long::sum);
        }
        var attribution = switch (use.measured()) {
            case GpuUse.PER_POD -> Attribution.BY_PROCESS;
            case OUTDATED -> Attribution.OUTDATED;
            default -> Attribution.TOTAL_ONLY;
        };
        return new NodeUse.GpuUse(index, use.usedMemory().bytes(), byPod, attribution);
    }

    private static Map<String, PodDevices> devices(List<PodDevices> pods, PodNames names) {
        var devices = new HashMap<String, PodDevices>();
        for (var witness : MOST_TRUSTED_LAST) {
            for (var pod : pods) {
                if (pod.seenBy().equals(witness)) {
                    var uid = pod.uid().isEmpty() ? names.uid(pod.namespace(), pod.name()) : Optional.of(pod.uid());
                    uid.ifPresent(known -> devices.put(known, pod));
                }
            }
        }
        return devices;
    }

    private static boolean looksAtAll(PodDevices pod, NodeTopology topology) {
        return pod.seenBy().equals(PodDevices.CONTAINER) && set(pod, topology).equals(topology.all());
    }

    private static GpuSet set(PodDevices pod, NodeTopology topology) {
        var set = GpuSet.NONE;
        for (var uuid : pod.gpus()) {
            var index = topology.indexOf(uuid);
            set = index.isPresent() ? set.with(index.getAsInt()) : set;
        }
        return set;
    }

    private static Optional<Instant> time(String text) {
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
