package dev.busbar.agent;

import dev.busbar.agent.kubelet.ContainerDevices;
import dev.busbar.agent.kubelet.PodResources;
import dev.busbar.files.gputopology.Gpu;
import dev.busbar.files.gputopology.NumaUse;
import dev.busbar.files.gputopology.PodDevices;
import dev.busbar.files.gputopology.Spec;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What pods hold by the kubelet's word: GPUs by UUID, and the CPUs left on each NUMA node. */
final class Held {

    private Held() {}

    static List<PodDevices> pods(PodResources.Answer.Told told, Spec spec) {
        var uuids = spec.gpus().stream().map(Gpu::uuid).collect(Collectors.toSet());
        Map<String, Set<String>> gpus = new TreeMap<>();
        for (var container : told.containers()) {
            var held = gpusOf(container, uuids);
            if (!held.isEmpty()) {
                gpus.computeIfAbsent(container.namespace() + "/" + container.pod(), _ -> new TreeSet<>())
                        .addAll(held);
            }
        }
        return gpus.entrySet().stream()
                .map(entry -> pod(entry.getKey(), List.copyOf(entry.getValue())))
                .toList();
    }

    private static PodDevices pod(String key, List<String> gpus) {
        int slash = key.indexOf('/');
        return new PodDevices(key.substring(0, slash), key.substring(slash + 1), "", gpus, PodDevices.KUBELET);
    }

    /** The stock plugin's ids are UUIDs; a replica of a shared GPU has "::" and a number behind it. */
    private static Set<String> gpusOf(ContainerDevices container, Set<String> uuids) {
        return container.devices().values().stream()
                .flatMap(List::stream)
                .map(id -> id.contains("::") ? id.substring(0, id.indexOf("::")) : id)
                .filter(uuids::contains)
                .collect(Collectors.toSet());
    }

    /** Empty where the kubelet does not tell which CPUs there are to give. */
    static List<NumaUse> freeCpus(PodResources.Answer.Told told, Spec spec) {
        if (told.allocatableCpus().isEmpty()) {
            return List.of();
        }
        var free = new HashSet<>(told.allocatableCpus());
        told.containers().forEach(container -> free.removeAll(container.cpus()));
        return spec.numa().stream()
                .map(node -> new NumaUse(node.id(), (int)
                        cpus(node.cpus()).filter(free::contains).count()))
                .toList();
    }

    /** The numbers in a list such as {@code 0-15,64-79}; what is not a range there is passed over. */
    static IntStream cpus(String list) {
        return List.of(list.split(",")).stream()
                .filter(range -> range.matches("[0-9]{1,5}(-[0-9]{1,5})?"))
                .flatMapToInt(range -> {
                    int dash = range.indexOf('-');
                    int first = Integer.parseInt(dash < 0 ? range : range.substring(0, dash));
                    int last = Integer.parseInt(range.substring(dash + 1));
                    return IntStream.rangeClosed(first, last);
                });
    }
}
