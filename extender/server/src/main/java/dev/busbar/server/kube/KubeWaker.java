package dev.busbar.server.kube;

import dev.busbar.core.workload.Annotations;
import dev.busbar.core.workload.PodKey;
import dev.busbar.server.wake.Waker;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Wakes a waiting pod by an annotation: kube-scheduler looks again at a pod that was changed, and at no other. The UID
 * keeps a pod of the same name that was created anew from being touched.
 */
record KubeWaker(KubernetesClient client) implements Waker {
    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);

    @Override
    public Outcome wake(PodKey pod, Instant now) {
        try {
            touch(pod, now);
            return new Outcome.Woken();
        } catch (KubernetesClientException e) {
            return isGone(e) ? new Outcome.Gone() : new Outcome.Failed(String.valueOf(e.getMessage()));
        }
    }

    /** @throws KubernetesClientException as the API server answers */
    void touch(PodKey pod, Instant now) {
        var patch = "{\"metadata\":{\"uid\":\"%s\",\"annotations\":{\"%s\":\"%s\"}}}"
                .formatted(pod.uid(), Annotations.WOKEN, now.truncatedTo(ChronoUnit.MILLIS));
        client.pods().inNamespace(pod.namespace()).withName(pod.name()).patch(MERGE, patch);
    }

    /** Whether that pod is no more, or another one has its name. */
    static boolean isGone(KubernetesClientException e) {
        return e.getCode() == 404 || e.getCode() == 409;
    }
}
