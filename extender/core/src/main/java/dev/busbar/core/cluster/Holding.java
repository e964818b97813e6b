package dev.busbar.core.cluster;

import dev.busbar.core.topology.GpuSet;
import dev.busbar.core.workload.GpuAsk;
import dev.busbar.core.workload.Pod;
import java.time.Instant;

/**
 * What one pod holds of a node. A pod has at most one holding, and it moves
 *
 * <pre>
 *   (nothing) -- filter, prioritize --> Claimed -- bind --> Reserved -- the watch says so --> Bound -- agent --> Observed
 *                                          |                   |
 *                                        lapses          the write is refused
 * </pre>
 *
 * and ends when the pod has succeeded, failed or is gone.
 */
public sealed interface Holding {
    Pod pod();

    /** The GPUs held; empty where the pod holds none, or holds some that nobody has named yet. */
    GpuSet gpus();

    /**
     * Predicted from our answer to the scheduler, which has not bound the pod yet.
     *
     * @param runnerUp the node that would have been chosen without this one; empty where no other fits
     */
    record Claimed(Pod pod, GpuSet gpus, Instant lapses, String runnerUp) implements Holding {}

    /** Held between our answer to a bind and the watch's word that the pod is bound. */
    record Reserved(Pod pod, GpuSet gpus, Instant since) implements Holding {}

    /** The API server says that the pod is on the node; the GPUs are those of its annotation. */
    record Bound(Pod pod, GpuSet gpus, Instant since) implements Holding {}

    /**
     * The node's agent has seen which GPUs the pod really holds.
     *
     * @param gpus what counts as held: what was seen, and where we give out the GPUs what we promised as well
     * @param named what the pod's annotation names
     */
    record Observed(Pod pod, GpuSet gpus, Instant since, GpuSet named, GpuSet seen) implements Holding {}

    /** What the pod asked; a pod whose words make no ask holds nothing. */
    default GpuAsk ask() {
        return pod().demand().ask();
    }

    /** Whether a measurement of that moment is too old to know the pod. Kubernetes cuts times to whole seconds. */
    default boolean isYoungerThan(Instant sample) {
        return switch (this) {
            case Claimed claimed -> true;
            case Reserved reserved -> !reserved.since().isBefore(sample);
            case Bound bound -> !bound.since().plusSeconds(1).isBefore(sample);
            case Observed observed -> !observed.since().plusSeconds(1).isBefore(sample);
        };
    }

    /** GPUs that the pod holds, or holds a share of, and nobody has named. */
    default int unnamed() {
        return Math.max(0, ask().gpuCount() - gpus().count());
    }
}
