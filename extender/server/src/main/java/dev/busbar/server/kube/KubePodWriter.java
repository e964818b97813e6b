package dev.busbar.server.kube;

import dev.busbar.core.verbs.PodWriter;
import dev.busbar.core.verbs.Promise;
import dev.busbar.core.workload.Annotations;
import dev.busbar.core.workload.PodKey;
import io.fabric8.kubernetes.api.model.Binding;
import io.fabric8.kubernetes.api.model.BindingBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Map;
import java.util.Objects;

/** Writes Bindings through the API server. A write that no answer came to is neither done nor refused. */
final class KubePodWriter implements PodWriter {
    private final KubernetesClient client;

    /** The client must not repeat a write by itself, and must give up in bounded time. */
    KubePodWriter(KubernetesClient client) {
        this.client = client;
    }

    @Override
    public WriteOutcome bind(Promise promise) {
        var pod = promise.pod().key();
        var path = "/api/v1/namespaces/%s/pods/%s/binding".formatted(pod.namespace(), pod.name());
        try {
            client.raw(path, "POST", binding(promise));
            return new WriteOutcome.Done();
        } catch (KubernetesClientException e) {
            return switch (e.getCode()) {
                case 409 -> standing(pod, why(e));
                case 400, 401, 403, 404, 410, 422, 429 -> new WriteOutcome.Refused(why(e));
                default -> new WriteOutcome.Unknown(why(e));
            };
        }
    }

    /** The UID keeps a pod that was created anew from being bound; the annotations are merged in the same write. */
    private static Binding binding(Promise promise) {
        var pod = promise.pod().key();
        return new BindingBuilder()
                .withNewMetadata()
                .withNamespace(pod.namespace())
                .withName(pod.name())
                .withUid(pod.uid())
                .withAnnotations(promise.annotations())
                .endMetadata()
                .withNewTarget()
                .withApiVersion("v1")
                .withKind("Node")
                .withName(promise.node())
                .endTarget()
                .build();
    }

    /** Why the API server saw a conflict: the pod has a node already, or is another one. */
    private WriteOutcome standing(PodKey pod, String why) {
        return switch (read(pod)) {
            case Standing.OnNode there -> new WriteOutcome.AlreadyBound(there.node(), there.gpus());
            case Standing.Waiting waiting -> new WriteOutcome.Refused(why);
            case Standing.Gone gone -> new WriteOutcome.Refused(why);
            case Standing.Unreadable unreadable -> new WriteOutcome.Unknown(why);
        };
    }

    @Override
    public Standing read(PodKey key) {
        try {
            // A get that names no resource version is a consistent read.
            var pod = client.pods()
                    .inNamespace(key.namespace())
                    .withName(key.name())
                    .get();
            if (pod == null || !Objects.equals(pod.getMetadata().getUid(), key.uid())) {
                return new Standing.Gone();
            }
            var phase = pod.getStatus() == null ? "" : pod.getStatus().getPhase();
            if ("Succeeded".equals(phase) || "Failed".equals(phase)) {
                return new Standing.Gone();
            }
            var node = pod.getSpec() == null ? null : pod.getSpec().getNodeName();
            if (node == null || node.isEmpty()) {
                return new Standing.Waiting();
            }
            Map<String, String> annotations = pod.getMetadata().getAnnotations();
            return new Standing.OnNode(node, Annotations.gpus(annotations == null ? Map.of() : annotations));
        } catch (KubernetesClientException e) {
            return new Standing.Unreadable(why(e));
        }
    }

    private static String why(KubernetesClientException e) {
        var status = e.getStatus();
        var text = status != null && status.getMessage() != null ? status.getMessage() : String.valueOf(e.getMessage());
        return "the API server did not bind the pod: " + text;
    }
}
