package dev.busbar.files;

import dev.busbar.core.cluster.Holding;
import dev.busbar.core.cluster.NodeState;
import dev.busbar.core.topology.Allocator;
import dev.busbar.core.topology.GpuSet;
import dev.busbar.core.workload.Annotations;
import dev.busbar.core.workload.Conditions;
import dev.busbar.core.workload.GpuAsk;
import dev.busbar.core.workload.Intent;
import dev.busbar.core.workload.Pod;
import dev.busbar.core.workload.ResourceNames;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Writes Pod objects of one container that ask what our pods ask. */
final class PodDocument {
    private final ResourceNames names;

    PodDocument(ResourceNames names) {
        this.names = names;
    }

    Map<String, Object> waiting(Pod pod) {
        return document(pod, asked(pod.demand().ask()), spec(pod));
    }

    /** A pod with its node, and with the GPUs that were named for it. */
    Map<String, Object> on(NodeState node, Holding holding) {
        var pod = holding.pod();
        var annotations = asked(pod.demand().ask());
        var named = named(holding);
        if (!named.isEmpty()) {
            boolean ours = node.topology().allocator() == Allocator.BUSBAR;
            annotations.put(ours ? Annotations.GPUS : Annotations.GPUS_PREDICTED, uuids(node, named));
        }
        var spec = spec(pod);
        spec.put("nodeName", node.name());
        var document = document(pod, annotations, spec);
        var since = since(holding);
        if (!since.equals(Instant.EPOCH)) {
            document.put("status", Map.of("startTime", since.toString()));
        }
        return document;
    }

    /** What the pod's annotation names; what it is seen to hold stands in the node's status. */
    private static GpuSet named(Holding holding) {
        return holding instanceof Holding.Observed observed ? observed.named() : holding.gpus();
    }

    private static Instant since(Holding holding) {
        return switch (holding) {
            case Holding.Claimed claimed -> Instant.EPOCH;
            case Holding.Reserved reserved -> reserved.since();
            case Holding.Bound bound -> bound.since();
            case Holding.Observed observed -> observed.since();
        };
    }

    private static String uuids(NodeState node, GpuSet gpus) {
        return gpus.indices()
                .mapToObj(i -> node.topology().gpus().get(i).uuid())
                .collect(Collectors.joining(","));
    }

    private static Map<String, Object> document(Pod pod, Map<String, String> annotations, Map<String, Object> spec) {
        var metadata = new LinkedHashMap<String, Object>();
        metadata.put("namespace", pod.key().namespace());
        metadata.put("name", pod.key().name());
        metadata.put("uid", pod.key().uid());
        if (!annotations.isEmpty()) {
            metadata.put("annotations", annotations);
        }
        var document = new LinkedHashMap<String, Object>();
        document.put("apiVersion", "v1");
        document.put("kind", "Pod");
        document.put("metadata", metadata);
        document.put("spec", spec);
        return document;
    }

    private Map<String, Object> spec(Pod pod) {
        var spec = new LinkedHashMap<String, Object>();
        if (pod.priority() != 0) {
            spec.put("priority", pod.priority());
        }
        if (!pod.gang().isNone()) {
            spec.put("schedulingGroup", Map.of("podGroupName", pod.gang().name()));
        }
        var container = new LinkedHashMap<String, Object>();
        container.put("name", "main");
        container.put("resources", Map.of("limits", limits(pod.demand().ask())));
        spec.put("containers", List.of(container));
        return spec;
    }

    private Map<String, String> limits(GpuAsk ask) {
        var limits = new LinkedHashMap<String, String>();
        put(limits, "cpu", ask.cpuMilli(), "m");
        put(limits, "memory", ask.memoryBytes(), "");
        switch (ask.devices()) {
            case GpuAsk.None none -> {}
            case GpuAsk.Whole whole -> put(limits, name(whole.allocator()), whole.count(), "");
            case GpuAsk.Share share -> {
                boolean bytes = !names.shareMemory().isEmpty();
                long asked = Math.max(0, share.memoryBytes() - names.contextBytes());
                put(
                        limits,
                        bytes ? names.shareMemory() : names.shareMemoryMebibytes(),
                        bytes ? asked : asked >> 20,
                        "");
                boolean milli = !names.shareMilli().isEmpty();
                put(
                        limits,
                        milli ? names.shareMilli() : names.sharePercent(),
                        milli ? share.milli() : share.milli() / 10,
                        "");
            }
        }
        return limits;
    }

    private String name(Allocator allocator) {
        return switch (allocator) {
            case DEVICE_PLUGIN -> names.devicePlugin();
            case BUSBAR -> names.whole();
        };
    }

    private static void put(Map<String, String> limits, String resource, long amount, String unit) {
        if (amount != 0) {
            limits.put(resource, amount + unit);
        }
    }

    /** The conditions and the intent in the words that a pod's author would have used. */
    private static Map<String, String> asked(GpuAsk ask) {
        var words = new TreeMap<String, String>();
        var conditions = ask.conditions();
        if (conditions.minGigabytesPerSecond() > 0) {
            words.put(
                    Annotations.MIN_BANDWIDTH,
                    BigDecimal.valueOf(conditions.minGigabytesPerSecond()).toPlainString());
        }
        put(words, Annotations.LINK, conditions.link(), Conditions.NONE.link());
        put(words, Annotations.NUMA, conditions.numa(), Conditions.NONE.numa());
        put(words, Annotations.RDMA, conditions.rdma(), Conditions.NONE.rdma());
        put(words, Annotations.INTENT, ask.intent(), Intent.PACK);
        if (!conditions.products().isEmpty()) {
            words.put(Annotations.GPU_PRODUCT, String.join("|", new TreeSet<>(conditions.products())));
        }
        return words;
    }

    private static <E extends Enum<E>> void put(Map<String, String> words, String key, E value, E usual) {
        if (value != usual) {
            words.put(key, value.name().toLowerCase(Locale.ROOT));
        }
    }
}
