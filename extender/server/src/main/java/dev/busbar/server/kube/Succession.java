package dev.busbar.server.kube;

import dev.busbar.core.cluster.ClusterEvent.PodWaiting;
import dev.busbar.core.cluster.PodSighting;
import dev.busbar.core.workload.Demand;
import dev.busbar.core.workload.GpuAsk;
import dev.busbar.core.workload.PodKey;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Gatherers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a Busbar does before it decides after another. That one may have been stopped, or cut off, while it was writing
 * Bindings, and these may come to the API server at any later time. Each of them names the version that its pod had while
 * that one decided ({@link KubePodWriter}). So every waiting pod is changed, and what was decided before is refused.
 */
record Succession(KubeClients clients, PodObjects reader) {
    private static final Logger LOG = LoggerFactory.getLogger(Succession.class);
    private static final long PAGE = 500;
    private static final int AT_ONCE = 16;
    private static final String ALL = "";
    private static final String ON_NO_NODE = "spec.nodeName=";
    private static final int INVALID = 422;

    /**
     * All pods as they are when the one before can bind none of them any more.
     *
     * @throws KubernetesClientException when they could not be read, or one could not be changed
     */
    List<Pod> pods() {
        var now = InstantSource.system().instant();
        list(ON_NO_NODE).stream()
                .map(reader::read)
                .filter(Succession::waitsForGpus)
                .map(pod -> pod.pod().key())
                .gather(Gatherers.mapConcurrent(AT_ONCE, pod -> change(pod, now)))
                .flatMap(Optional::stream)
                .findFirst()
                .ifPresent(failure -> {
                    throw failure;
                });
        return list(ALL);
    }

    private static boolean waitsForGpus(PodSighting sighting) {
        return sighting.event() instanceof PodWaiting(var pod) && !asksForNone(pod.demand());
    }

    private static boolean asksForNone(Demand demand) {
        return demand instanceof Demand.Asks asks && asks.ask().devices() instanceof GpuAsk.None;
    }

    /** What waits is woken by it too, which is welcome: the one that promised it something is gone. */
    private Optional<KubernetesClientException> change(PodKey pod, Instant now) {
        try {
            new KubeWaker(clients.writing()).touch(pod, now);
            return Optional.empty();
        } catch (KubernetesClientException e) {
            if (KubeWaker.isGone(e)) {
                return Optional.empty();
            }
            if (e.getCode() != INVALID) {
                return Optional.of(e);
            }
            // One pod that somebody's admission policy keeps from being changed must not keep all others waiting.
            LOG.atWarn()
                    .addKeyValue("pod", pod.display())
                    .addKeyValue("reason", e.getMessage())
                    .log("The pod may not be changed: a Binding of it that the Busbar before is writing is not barred");
            return Optional.empty();
        }
    }

    /** A list without a resource version is a consistent read. */
    private List<Pod> list(String fields) {
        var page = new ListOptionsBuilder()
                .withFieldSelector(fields.isEmpty() ? null : fields)
                .withLimit(PAGE)
                .build();
        var pods = new ArrayList<Pod>();
        do {
            var list = clients.reading().pods().inAnyNamespace().list(page);
            pods.addAll(list.getItems());
            page.setContinue(list.getMetadata().getContinue());
        } while (page.getContinue() != null && !page.getContinue().isEmpty());
        return pods;
    }
}
