package dev.busbar.server.kube;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.busbar.core.cluster.ClusterEvent;
import dev.busbar.core.cluster.ClusterEvent.PodBound;
import dev.busbar.core.cluster.ClusterState;
import dev.busbar.core.workload.Annotations;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says, once for each edit, that other GPUs in the annotation of a running pod move nothing. */
final class IgnoredEdits {
    private static final Logger LOG = LoggerFactory.getLogger(IgnoredEdits.class);
    private static final int PODS_KEPT = 1_000;

    private final ClusterState state;
    private final Cache<String, List<String>> said =
            Caffeine.newBuilder().maximumSize(PODS_KEPT).executor(Runnable::run).build();

    IgnoredEdits(ClusterState state) {
        this.state = state;
    }

    /** Before the event is taken in. */
    void notice(ClusterEvent event) {
        if (!(event instanceof PodBound bound)) {
            return;
        }
        var pod = bound.pod().key();
        var held = state.boundGpus(pod.uid(), bound.node());
        if (held.isEmpty() || held.equals(bound.gpus())) {
            return;
        }
        if (!bound.gpus().equals(said.asMap().put(pod.uid(), bound.gpus()))) {
            LOG.atWarn()
                    .addKeyValue("pod", pod.display())
                    .addKeyValue("gpus", bound.gpus())
                    .addKeyValue("held", held)
                    .log("%s of a running pod was edited; that moves nothing".formatted(Annotations.GPUS));
        }
    }
}
