package dev.busbar.core.cluster;

import dev.busbar.core.topology.GpuSet;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What was measured on a node at one moment.
 *
 * @param gpus measured memory by GPU index; an index that is not there was not measured
 * @param devices the GPUs that each pod really holds, by the pod's UID
 * @param freeCpus CPUs that the kubelet has given to nobody exclusively, by NUMA node; one that is not there was not
 *     looked at
 */
public record NodeUse(
        Instant observedAt, List<GpuUse> gpus, Map<String, GpuSet> devices, Map<Integer, Integer> freeCpus) {
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
        TOTAL_ONLY
    }

    public NodeUse {
        gpus = List.copyOf(gpus);
        devices = Map.copyOf(devices);
        freeCpus = Map.copyOf(freeCpus);
    }

    /** One that says nothing of CPUs. */
    public NodeUse(Instant observedAt, List<GpuUse> gpus, Map<String, GpuSet> devices) {
        this(observedAt, gpus, devices, Map.of());
    }

    /** Whether a later sample says the same, so that nothing has to be decided anew. */
    boolean sameAs(NodeUse other) {
        return gpus.equals(other.gpus) && devices.equals(other.devices) && freeCpus.equals(other.freeCpus);
    }

    public boolean isMeasured() {
        return !gpus.isEmpty();
    }
}
