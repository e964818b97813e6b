package dev.busbar.testclusters;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ControlPlaneIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    private static ControlPlane cluster;

    @BeforeAll
    static void start() {
        cluster = ControlPlane.start(Extra.CONTROLLER_MANAGER, Extra.KWOK);
        cluster.nodes().add(Nodes.node("plain"));
        cluster.nodes().add(Nodes.node("with-gpus", Map.of("busbar.dev/gpu", "8", "nvidia.com/gpu", "4")));
        cluster.startScheduler();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @AfterEach
    void clear() {
        cluster.pods().deleteAll();
    }

    @Test
    void it_is_the_kubernetes_that_go_mod_names() throws IOException {
        var goMod = Files.readString(Repository.root().resolve("test-clusters/control-plane/go.mod"));

        var version = cluster.client().getKubernetesVersion().getGitVersion();

        assertThat(goMod).contains("\tk8s.io/kubernetes " + version + "\n");
    }

    @Test
    void a_node_shows_the_resources_it_was_given() {
        var node = cluster.client().nodes().withName("with-gpus").get();

        assertThat(node.getStatus().getAllocatable())
                .containsEntry("busbar.dev/gpu", new Quantity("8"))
                .containsEntry("nvidia.com/gpu", new Quantity("4"));
        assertThat(node.getSpec().getTaints()).isEmpty();
    }

    @Test
    void a_pod_goes_where_its_resource_is_and_runs() {
        cluster.pods().create(Pods.pod("asks-two", "default-scheduler", Map.of("busbar.dev/gpu", "2")));

        var pod = cluster.pods().awaitBound("asks-two", SOON);

        assertThat(Pods.node(pod)).isEqualTo("with-gpus");
        Await.until("the pod runs", SOON, () -> phase("asks-two").equals("Running"));
    }

    @Test
    void a_pod_that_asks_for_more_than_any_node_has_is_told_so() {
        cluster.pods().create(Pods.pod("asks-nine", "default-scheduler", Map.of("busbar.dev/gpu", "9")));

        var condition = cluster.pods().awaitUnschedulable("asks-nine", SOON);

        assertThat(condition.getReason()).isEqualTo("Unschedulable");
        assertThat(condition.getMessage()).contains("2 Insufficient busbar.dev/gpu");
    }

    private static String phase(String pod) {
        return cluster.pods()
                .find(pod)
                .map(Pod::getStatus)
                .map(status -> status.getPhase())
                .orElse("");
    }
}
