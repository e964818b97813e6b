package dev.busbar.testclusters;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeConditionBuilder;
import io.fabric8.kubernetes.api.model.NodeStatusBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/** The nodes of a cluster for tests: objects without a machine behind them. */
public final class Nodes {
    static final String KWOK_ANNOTATION = "kwok.x-k8s.io/node";
    private static final String NOT_READY = "node.kubernetes.io/not-ready";
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Map<String, Quantity> ROOMY =
            Map.of("cpu", new Quantity("128"), "memory", new Quantity("1024Gi"), "pods", new Quantity("110"));

    private final KubernetesClient client;
    private final Set<Extra> extras;

    Nodes(KubernetesClient client, Set<Extra> extras) {
        this.client = client;
        this.extras = Set.copyOf(extras);
    }

    /** A node with room for 110 pods and nothing special. */
    public static Node node(String name) {
        return node(name, Map.of());
    }

    /** The same with extended resources, such as {@code busbar.dev/gpu: 8}. */
    public static Node node(String name, Map<String, String> resources) {
        var builder = new NodeStatusBuilder().withCapacity(ROOMY);
        resources.forEach((resource, amount) -> builder.addToCapacity(resource, new Quantity(amount)));
        return new NodeBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels("kubernetes.io/hostname", name)
                .endMetadata()
                .withStatus(builder.build())
                .build();
    }

    /** Makes the node as its status says (all capacity allocatable unless it says less), ready and untainted. */
    public void add(Node node) {
        client.nodes().resource(ready(node)).create();
        lift(node.getMetadata().getName());
    }

    /** Takes the taint of a node that is new, as the controller that we do without does for one that is ready. */
    public void lift(String name) {
        Await.until("node is untainted", SOON, () -> untaint(name));
    }

    /** Admission taints every new node as not ready, and a controller may lift the taint before us. */
    private boolean untaint(String name) {
        try {
            client.nodes().withName(name).edit(fresh -> {
                fresh.getSpec().getTaints().removeIf(taint -> taint.getKey().equals(NOT_READY));
                return fresh;
            });
            return true;
        } catch (KubernetesClientException e) {
            return false;
        }
    }

    public void delete(String name) {
        client.nodes().withName(name).delete();
    }

    private Node ready(Node node) {
        var status = new NodeStatusBuilder(node.getStatus());
        if (node.getStatus().getAllocatable() == null
                || node.getStatus().getAllocatable().isEmpty()) {
            status.withAllocatable(node.getStatus().getCapacity());
        }
        var ready = new NodeConditionBuilder()
                .withType("Ready")
                .withStatus("True")
                .withReason("KubeletReady")
                .build();
        var builder =
                new NodeBuilder(node).withStatus(status.withConditions(ready).build());
        if (extras.contains(Extra.KWOK)) {
            builder.editMetadata().addToAnnotations(KWOK_ANNOTATION, "fake").endMetadata();
        }
        return builder.build();
    }
}
