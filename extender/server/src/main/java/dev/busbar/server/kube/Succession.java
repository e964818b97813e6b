package dev.busbar.server.kube;

import dev.busbar.core.cluster.ClusterEvent.PodWaiting;
import dev.busbar.core.workload.Demand;
import dev.busbar.core.workload.GpuAsk;
import dev.busbar.core.workload.PodKey;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Optional;
import java.util.function.Consumer;
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
     * Tells all pods as they are when the one before can bind none of them any more.
     *
     * @throws KubernetesClientException when they could not be read, or one could not be changed
     */
    void tellPods(Consumer<Pod> each) {
        bar();
        list(ALL, each);
    }

    private void bar() {
        var now = InstantSource.system().instant();
        var waiting = new ArrayList<PodKey>();
        list(ON_NO_NODE, pod -> waitingForGpus(pod).ifPresent(waiting::add));
        waiting.stream()
                .gather(Gatherers.mapConcurrent(AT_ONCE, pod -> change(pod, now)))
                .flatMap(Optional::stream)
                .findFirst()
                .ifPresent(failure -> {
                    throw failure;
                });
    }

    private Optional<PodKey> waitingForGpus(Pod object) {
        return reader.read(object).event() instanceof PodWaiting(var pod) && !asksForNone(pod.demand())
                ? Optional.of(pod.key())
                : Optional.empty();
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

    /** A list without a resource version is a consistent read. Page by page: all pods are too many to hold at once. */
    private void list(String fields, Consumer<Pod> each) {
        var page = new ListOptionsBuilder()
                .withFieldSelector(fields.isEmpty() ? null : fields)
                .withLimit(PAGE)
                .build();
        do {
            var list = clients.reading().pods().inAnyNamespace().list(page);
            list.getItems().forEach(each);
            page.setContinue(list.getMetadata().getContinue());
        } while (page.getContinue() != null && !page.getContinue().isEmpty());
    }
}
