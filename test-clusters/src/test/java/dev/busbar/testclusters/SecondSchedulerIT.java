package dev.busbar.testclusters;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The second scheduler as it is shipped, while Busbar is down. */
class SecondSchedulerIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Path CONFIG = Repository.root().resolve("scheduler-config/second-scheduler.yaml");

    private static ControlPlane cluster;

    @BeforeAll
    static void start() {
        cluster = ControlPlane.start();
        cluster.nodes().add(Nodes.node("with-gpus", Map.of("busbar.dev/gpu", "8")));
        var nobody = FreePorts.take(1)[0];
        cluster.startScheduler(CONFIG, URI.create("http://127.0.0.1:" + nobody));
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void it_leads_by_a_lease_of_its_own() {
        var holder = Await.value(
                "the lease has a holder",
                SOON,
                () -> Optional.ofNullable(cluster.client()
                                .leases()
                                .inNamespace("kube-system")
                                .withName("busbar-scheduler")
                                .get())
                        .map(lease -> lease.getSpec().getHolderIdentity()));

        assertThat(holder).isNotEmpty();
        assertThat(cluster.client()
                        .leases()
                        .inNamespace("kube-system")
                        .withName("kube-scheduler")
                        .get())
                .isNull();
    }

    @Test
    void a_pod_waits_while_busbar_is_down() {
        cluster.pods().create(Pods.pod("asks-two", "busbar-scheduler", Map.of("busbar.dev/gpu", "2")));

        var condition = cluster.pods().awaitUnschedulable("asks-two", SOON);

        assertThat(condition.getReason()).isEqualTo("SchedulerError");
        assertThat(condition.getMessage()).contains("connection refused");
    }

    @Test
    void a_pod_without_a_gpu_asks_busbar_too() {
        cluster.pods().create(Pods.pod("asks-none", "busbar-scheduler", Map.of("cpu", "1")));

        var condition = cluster.pods().awaitUnschedulable("asks-none", SOON);

        assertThat(condition.getMessage()).contains("connection refused");
    }

    @Test
    void the_shares_that_no_node_advertises_are_not_counted_by_the_scheduler() {
        var share = Map.of("busbar.dev/gpu-memory", "8Gi", "busbar.dev/gpu-milli", "250");
        cluster.pods().create(Pods.pod("asks-a-share", "busbar-scheduler", share));

        var condition = cluster.pods().awaitUnschedulable("asks-a-share", SOON);

        assertThat(condition.getMessage()).contains("connection refused").doesNotContain("Insufficient");
    }
}
