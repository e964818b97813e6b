package dev.busbar.core.cluster;

import dev.busbar.core.topology.GpuSet;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What was measured on a node at one moment.
 *
 * @param witness who measured the memory
 * @param gpus measured memory by GPU index; an index that is not there was not measured
 * @param devices the GPUs that each pod really holds, by the pod's UID
 * @param onlookers pods of which only the environment is known, and that names every GPU: most of these only look after
 *     GPUs, as agents, exporters and device plugins do
 * @param freeCpus CPUs that the kubelet has given to nobody exclusively, by NUMA node; one that is not there was not
 *     looked at
 */
public record NodeUse(
        Instant observedAt,
        Witness witness,
        List<GpuUse> gpus,
        Map<String, GpuSet> devices,
        Set<String> onlookers,
        Map<Integer, Integer> freeCpus) {
    public static final NodeUse NONE = new NodeUse(Instant.EPOCH, List.of(), Map.of());

    /**
     * Memory of one GPU.
     *
     * @param byPod the part of it that is known to be a pod's, by the pod's UID
     * @param attribution whether the processes could be told apart
     */
    public record GpuUse(int index, long usedBytes, Map<String, Long> byPod, Attribution attribution) {
        public GpuUse {
            byPod = Map.copyOf(byPod);
        }
    }

    /** Whether measured memory could be told apart by process. */
    public enum Attribution {
        BY_PROCESS,
        TOTAL_ONLY,
        /** It was measured too long ago to count. */
        OUTDATED
    }

    /** Who measured. */
    public enum Witness {
        AGENT("the node's agent"),
        MONITORING("Prometheus");

        private final String words;

        Witness(String words) {
            this.words = words;
        }
    }

    public NodeUse {
        gpus = List.copyOf(gpus);
        devices = Map.copyOf(devices);
        onlookers = Set.copyOf(onlookers);
        freeCpus = Map.copyOf(freeCpus);
    }

    /** What the node's agent says. */
    public NodeUse(
            Instant observedAt,
            List<GpuUse> gpus,
            Map<String, GpuSet> devices,
            Set<String> onlookers,
            Map<Integer, Integer> freeCpus) {
        this(observedAt, Witness.AGENT, gpus, devices, onlookers, freeCpus);
    }

    /** Memory alone, as a monitoring system tells it. */
    public static NodeUse monitored(Instant observedAt, List<GpuUse> gpus) {
        return new NodeUse(observedAt, Witness.MONITORING, gpus, Map.of(), Set.of(), Map.of());
    }

    /** One that saw nobody who only looks. */
    public NodeUse(Instant observedAt, List<GpuUse> gpus, Map<String, GpuSet> devices, Map<Integer, Integer> freeCpus) {
        this(observedAt, gpus, devices, Set.of(), freeCpus);
    }

    /** One that says nothing of CPUs either. */
    public NodeUse(Instant observedAt, List<GpuUse> gpus, Map<String, GpuSet> devices) {
        this(observedAt, gpus, devices, Map.of());
    }

    /** Whether a later sample says the same, so that nothing has to be decided anew. */
    boolean sameAs(NodeUse other) {
        return witness == other.witness
                && gpus.equals(other.gpus)
                && devices.equals(other.devices)
                && onlookers.equals(other.onlookers)
                && freeCpus.equals(other.freeCpus);
    }

    /** Whether anything was measured that still counts. */
    public boolean isMeasured() {
        return gpus.stream().anyMatch(gpu -> gpu.attribution() != Attribution.OUTDATED);
    }

    /** The same, measured too long ago to count. Devices that pods hold stay known. */
    NodeUse outdated() {
        var old = gpus.stream()
                .map(gpu -> new GpuUse(gpu.index(), gpu.usedBytes(), gpu.byPod(), Attribution.OUTDATED))
                .toList();
        return new NodeUse(observedAt, witness, old, devices, onlookers, freeCpus);
    }

    /** The same, with another's word on memory where this one has none that counts. */
    NodeUse orMemoryOf(NodeUse other) {
        boolean isBetter = !isMeasured() && (other.isMeasured() || (gpus.isEmpty() && !other.gpus.isEmpty()));
        return isBetter ? new NodeUse(other.observedAt, other.witness, other.gpus, devices, onlookers, freeCpus) : this;
    }

    /** How far the word on free memory goes, for people. */
    public String words() {
        if (gpus.isEmpty()) {
            return "not measured: promises count";
        }
        if (!isMeasured()) {
            return "measured by %s at %s, too long ago: promises count".formatted(witness.words, observedAt);
        }
        return gpus.stream().allMatch(gpu -> gpu.attribution() == Attribution.BY_PROCESS)
                ? "measured by %s, told apart by pod".formatted(witness.words)
                : "measured by %s, not told apart by pod: what is free is an upper bound".formatted(witness.words);
    }
}
