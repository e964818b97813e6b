package dev.busbar.server.kube;

import dev.busbar.core.cluster.DeviceCheck;
import dev.busbar.server.devices.DriftNotice;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Writes drift down as an Event on the pod. Its name says what drifted, so the same is written only once. */
record DriftEvents(KubernetesClient client) implements DriftNotice {
    private static final String REASON = "GpuDrift";

    @Override
    public Outcome tell(DeviceCheck drift, Instant now) {
        try {
            client.v1()
                    .events()
                    .inNamespace(drift.pod().namespace())
                    .resource(event(drift, now))
                    .create();
            return new Outcome.Told();
        } catch (KubernetesClientException e) {
            // 409: it stands there already. 404: the namespace is gone, and the pod with it.
            boolean over = e.getCode() == 409 || e.getCode() == 404;
            return over ? new Outcome.Told() : new Outcome.Failed(String.valueOf(e.getMessage()));
        }
    }

    private static Event event(DeviceCheck drift, Instant now) {
        var at = now.truncatedTo(ChronoUnit.SECONDS).toString();
        var pod = drift.pod();
        return new EventBuilder()
                .withNewMetadata()
                .withNamespace(pod.namespace())
                .withName("%s.%08x".formatted(pod.name(), (pod.uid() + drift.words()).hashCode()))
                .endMetadata()
                .withNewInvolvedObject()
                .withApiVersion("v1")
                .withKind("Pod")
                .withNamespace(pod.namespace())
                .withName(pod.name())
                .withUid(pod.uid())
                .endInvolvedObject()
                .withType("Warning")
                .withReason(REASON)
                .withMessage(drift.words())
                .withFirstTimestamp(at)
                .withLastTimestamp(at)
                .withCount(1)
                .withNewSource("busbar", drift.node())
                .build();
    }
}
