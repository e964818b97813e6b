package dev.busbar.server.kube;

import dev.busbar.core.verbs.PodWriter;
import dev.busbar.core.verbs.Promise;
import dev.busbar.core.workload.Annotations;
import dev.busbar.core.workload.PodKey;
import io.fabric8.kubernetes.api.model.Binding;
import io.fabric8.kubernetes.api.model.BindingBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Writes Bindings through the API server. A write that no answer came to is neither done nor refused.
 *
 * <p>Where another may decide after us, a Binding names the version of the pod that was known before the tenure was
 * looked at: {@link Succession} changes the pod, and the API server refuses what comes late.
 */
final class KubePodWriter implements PodWriter {
    private static final int TRIES = 3;
    private static final String ANY = "";
    private static final String NOT_READ = "the pod can't be read, or is no more";

    private final KubernetesClient client;
    private final Optional<Fence> fence;

    /**
     * What keeps a late Binding from being done.
     *
     * @param versions what is known of a pod's version, if anything
     * @param missing why we may not write, in constant words; empty when we may
     */
    record Fence(Function<PodKey, Optional<String>> versions, Supplier<Optional<String>> missing) {}

    /**
     * @param client must not repeat a write by itself, and must give up in bounded time
     * @param fence empty where nobody ever decides after us
     */
    KubePodWriter(KubernetesClient client, Optional<Fence> fence) {
        this.client = client;
        this.fence = fence;
    }

    @Override
    public WriteOutcome bind(Promise promise) {
        var pod = promise.pod().key();
        return fence.map(ours -> bind(promise, ours, ours.versions().apply(pod).or(() -> version(pod)), TRIES))
                .orElseGet(() -> write(promise, ANY));
    }

    private WriteOutcome bind(Promise promise, Fence ours, Optional<String> version, int tries) {
        if (version.isEmpty()) {
            return new WriteOutcome.Refused(NOT_READ);
        }
        // After the version: of a pod that was changed by then, we know as well that we are out of office.
        var missing = ours.missing().get();
        if (missing.isPresent()) {
            return new WriteOutcome.Refused(missing.get());
        }
        var outcome = write(promise, version.get());
        if (outcome instanceof WriteOutcome.Refused && tries > 1) {
            var newer = version(promise.pod().key());
            if (newer.isPresent() && !newer.equals(version)) {
                return bind(promise, ours, newer, tries - 1);
            }
        }
        return outcome;
    }

    private Optional<String> version(PodKey key) {
        try {
            return find(key).map(pod -> pod.getMetadata().getResourceVersion());
        } catch (KubernetesClientException e) {
            return Optional.empty();
        }
    }

    private WriteOutcome write(Promise promise, String version) {
        var pod = promise.pod().key();
        var path = "/api/v1/namespaces/%s/pods/%s/binding".formatted(pod.namespace(), pod.name());
        try {
            client.raw(path, "POST", binding(promise, version));
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
    private static Binding binding(Promise promise, String version) {
        var pod = promise.pod().key();
        return new BindingBuilder()
                .withNewMetadata()
                .withNamespace(pod.namespace())
                .withName(pod.name())
                .withUid(pod.uid())
                .withResourceVersion(version.isEmpty() ? null : version)
                .withAnnotations(promise.annotations())
                .endMetadata()
                .withNewTarget()
                .withApiVersion("v1")
                .withKind("Node")
                .withName(promise.node())
                .endTarget()
                .build();
    }

    /** Why the API server saw a conflict: the pod has a node already, is another one, or was changed. */
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
            var found = find(key);
            if (found.isEmpty()) {
                return new Standing.Gone();
            }
            var pod = found.get();
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

    /** A get that names no resource version is a consistent read. */
    private Optional<Pod> find(PodKey key) {
        var pod =
                client.pods().inNamespace(key.namespace()).withName(key.name()).get();
        return Optional.ofNullable(pod)
                .filter(found -> Objects.equals(found.getMetadata().getUid(), key.uid()));
    }

    private static String why(KubernetesClientException e) {
        var status = e.getStatus();
        var text = status != null && status.getMessage() != null ? status.getMessage() : String.valueOf(e.getMessage());
        return "the API server did not bind the pod: " + text;
    }
}
