package dev.busbar.testclusters;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The pods of a cluster's namespace {@code default}, as the API server shows them. */
public final class Pods {
    private static final String NAMESPACE = "default";

    private final KubernetesClient client;

    Pods(KubernetesClient client) {
        this.client = client;
    }

    /** A pod of one container for the named scheduler, with these resources as limits (and so as requests). */
    public static Pod pod(String name, String scheduler, Map<String, String> resources) {
        var limits = new HashMap<String, Quantity>();
        resources.forEach((resource, amount) -> limits.put(resource, new Quantity(amount)));
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(NAMESPACE)
                .endMetadata()
                .withNewSpec()
                .withSchedulerName(scheduler)
                .withTerminationGracePeriodSeconds(0L)
                .addNewContainer()
                .withName("main")
                .withImage("example.invalid/nothing")
                .withNewResources()
                .withLimits(limits)
                .endResources()
                .endContainer()
                .endSpec()
                .build();
    }

    public Pod create(Pod pod) {
        return client.pods().inNamespace(NAMESPACE).resource(pod).create();
    }

    public Optional<Pod> find(String name) {
        return Optional.ofNullable(
                client.pods().inNamespace(NAMESPACE).withName(name).get());
    }

    public List<Pod> all() {
        return client.pods().inNamespace(NAMESPACE).list().getItems();
    }

    /** The pod as soon as it has a node. */
    public Pod awaitBound(String name, Duration within) {
        return Await.value(
                "pod %s has a node".formatted(name), within, () -> find(name).filter(Pods::bound));
    }

    /** All pods as soon as there are that many and each has a node. */
    public List<Pod> awaitAllBound(int count, Duration within) {
        return Await.value("%d pods have a node".formatted(count), within, () -> {
            var pods = all();
            return pods.size() == count && pods.stream().allMatch(Pods::bound) ? Optional.of(pods) : Optional.empty();
        });
    }

    /** Why the scheduler says the pod waits, as soon as it says so. */
    public PodCondition awaitUnschedulable(String name, Duration within) {
        return Await.value(
                "pod %s is called unschedulable".formatted(name),
                within,
                () -> find(name)
                        .flatMap(pod -> pod.getStatus().getConditions().stream()
                                .filter(c -> c.getType().equals("PodScheduled")
                                        && c.getStatus().equals("False"))
                                .findFirst()));
    }

    /** Deletes all pods at once and returns when none is left. */
    public void deleteAll() {
        client.pods().inNamespace(NAMESPACE).withGracePeriod(0).delete();
        Await.until("no pod is left", Duration.ofSeconds(60), () -> all().isEmpty());
    }

    public void delete(String name) {
        client.pods().inNamespace(NAMESPACE).withName(name).withGracePeriod(0).delete();
    }

    public static boolean bound(Pod pod) {
        return pod.getSpec().getNodeName() != null;
    }

    public static String node(Pod pod) {
        return Optional.ofNullable(pod.getSpec().getNodeName()).orElse("");
    }
}
