package dev.busbar.core.workload;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The annotation keys that Busbar reads from pods and writes to them: the only place that spells them. */
public final class Annotations {
    public static final String PREFIX = "busbar.dev/";

    public static final String MIN_BANDWIDTH = PREFIX + "min-bandwidth";
    public static final String LINK = PREFIX + "link";
    public static final String NUMA = PREFIX + "numa";
    public static final String RDMA = PREFIX + "rdma";
    public static final String GPU_PRODUCT = PREFIX + "gpu-product";
    public static final String INTENT = PREFIX + "intent";

    /** Comma-separated UUIDs in index order: the set that the pod holds. */
    public static final String GPUS = PREFIX + "gpus";

    /** The same for a pod of the stock device plugin: what we expect the plugin to choose. */
    public static final String GPUS_PREDICTED = PREFIX + "gpus-predicted";

    public static final String NICS = PREFIX + "nics";
    public static final String NUMA_NODES = PREFIX + "numa-nodes";

    /** Short JSON: the score's terms and the runner-up. */
    public static final String PLACEMENT = PREFIX + "placement";

    /** When Busbar last asked kube-scheduler, by this very change of the pod, to look at a waiting pod again. */
    public static final String WOKEN = PREFIX + "woken";

    /** What a pod's author may write. */
    public static final Set<String> ASKED = Set.of(MIN_BANDWIDTH, LINK, NUMA, RDMA, GPU_PRODUCT, INTENT);

    /** All that may stand on a pod, what we write included. */
    public static final Set<String> KNOWN = Stream.concat(
                    ASKED.stream(), Stream.of(GPUS, GPUS_PREDICTED, NICS, NUMA_NODES, PLACEMENT, WOKEN))
            .collect(Collectors.toUnmodifiableSet());

    private Annotations() {}

    /** The UUIDs that a pod's annotations name, promised or else predicted; none where they name none. */
    public static List<String> gpus(Map<String, String> annotations) {
        var text = annotations.getOrDefault(GPUS, annotations.getOrDefault(GPUS_PREDICTED, ""));
        return Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .filter(uuid -> !uuid.isEmpty())
                .toList();
    }
}
