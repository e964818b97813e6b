package dev.busbar.core.cluster;

import dev.busbar.core.workload.Annotations;
import dev.busbar.core.workload.DemandReader;
import dev.busbar.core.workload.Pod;
import dev.busbar.core.workload.PodText;
import java.time.Instant;
import java.util.List;

/**
 * A pod's object as it stands: the pod, its node (empty for none yet), and how far it is.
 *
 * @param phase as the object's status spells it; empty is as good as Pending
 * @param gpus UUIDs that the pod's annotations name
 */
public record PodSighting(Pod pod, String node, String phase, List<String> gpus, Instant since) {
    public PodSighting {
        gpus = List.copyOf(gpus);
    }

    public static PodSighting of(PodText text, DemandReader reader, String node, String phase, Instant since) {
        return new PodSighting(text.pod(reader), node, phase, Annotations.gpus(text.annotations()), since);
    }

    /** A pod that is only being deleted still holds what it has. */
    public ClusterEvent event() {
        if (phase.equals("Succeeded") || phase.equals("Failed")) {
            return new ClusterEvent.PodEnded(pod.key().uid());
        }
        if (node.isEmpty()) {
            return new ClusterEvent.PodWaiting(pod);
        }
        return new ClusterEvent.PodBound(pod, node, gpus, since);
    }
}
