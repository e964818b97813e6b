package dev.busbar.testclusters.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.testclusters.Await;
import dev.busbar.testclusters.Certificates;
import dev.busbar.testclusters.ControlPlane;
import dev.busbar.testclusters.Pods;
import dev.busbar.testclusters.Repository;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two Busbars apart from the scheduler, as shipped: mTLS, one Lease, one address that leads to the ready one. */
class OneDeciderIT {
    private static final Duration LONG = Duration.ofMinutes(4);
    private static final Path SHIPPED = Repository.root().resolve("manifests/components/separate");
    private static final int PODS = 200;
    private static final int MACHINES = 26;

    private static ControlPlane cluster;
    private static Certificates certificates;
    private static List<Replica> replicas;
    private static Front front;

    @BeforeAll
    static void start() throws IOException {
        cluster = ControlPlane.start();
        Scene.define(cluster);
        cluster.client()
                .namespaces()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName("busbar-system")
                        .endMetadata()
                        .build())
                .create();
        certificates = Certificates.make(cluster.folder().resolve("certificates"));
        for (int i = 0; i < MACHINES; i++) {
            var machine = Machine.of("dgx-a100", "node-%02d".formatted(i));
            cluster.client().resource(machine.topology()).create();
            cluster.nodes().add(machine.node());
        }
        var config = SHIPPED.resolve("busbar.yaml");
        replicas = List.of(
                Replica.start(cluster, config, certificates, "busbar-a"),
                Replica.start(cluster, config, certificates, "busbar-b"));
        Await.until("both answer", LONG, () -> replicas.stream().allMatch(Replica::alive));
        Await.until("one decides", LONG, () -> replicas.stream().anyMatch(Replica::ready));
        front = new Front(replicas);
        cluster.startScheduler(schedulerConfig(), front.url());
    }

    private static Path schedulerConfig() throws IOException {
        var shipped = Files.readString(SHIPPED.resolve("second-scheduler.yaml"));
        var own = shipped.replace("/etc/busbar-tls", certificates.ofScheduler().toString());
        assertThat(own).isNotEqualTo(shipped);
        return Files.writeString(cluster.folder().resolve("second-scheduler.yaml"), own);
    }

    @AfterAll
    static void stop() {
        replicas.forEach(Replica::close);
        front.close();
        cluster.close();
    }

    @Test
    void who_shows_no_certificate_is_refused() throws Exception {
        var replica = replicas.getFirst();

        try (var scheduler = client(certificates.scheduler());
                var stranger = client(certificates.stranger())) {
            assertThat(get(scheduler, replica).statusCode()).isEqualTo(200);
            assertThatThrownBy(() -> get(stranger, replica)).isInstanceOf(IOException.class);
        }
    }

    private static HttpClient client(SSLContext tls) {
        return HttpClient.newBuilder().sslContext(tls).build();
    }

    private static HttpResponse<Void> get(HttpClient client, Replica replica) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(replica.url().resolve("/healthz"))
                .timeout(Duration.ofSeconds(20))
                .build();
        return client.send(request, BodyHandlers.discarding());
    }

    @Test
    void the_one_that_decides_is_stopped_in_the_middle_and_goes_on_later_and_no_gpu_is_given_twice() {
        var first = holder();
        var second =
                replicas.stream().filter(other -> other != first).findFirst().orElseThrow();
        IntStream.range(0, PODS)
                .parallel()
                .forEach(i -> cluster.pods().create(Scene.pod("pod-%03d".formatted(i), Map.of("busbar.dev/gpu", "1"))));
        Await.until("a fifth is bound", LONG, () -> bound() > PODS / 5);

        first.freeze();
        var stopped = System.nanoTime();
        Await.until("the other one decides", LONG, second::ready);
        var taken = System.nanoTime();
        var before = bound();
        Await.until("pods are bound again", LONG, () -> bound() > before);
        var again = System.nanoTime();
        first.goOn();
        cluster.pods().awaitAllBound(PODS, LONG);

        System.out.printf(
                "stopped with %d of %d pods bound; the other decided after %.1f s and bound a pod after %.1f s%n",
                before, PODS, (taken - stopped) / 1e9, (again - stopped) / 1e9);
        assertThat(before).isLessThan(PODS);
        Await.until("the first one is up again", LONG, first::alive);
        assertThat(List.of(first.ready(), second.ready())).containsExactly(false, true);
        var held =
                cluster.pods().all().stream().filter(Pods::bound).map(Held::of).toList();
        new Ledger(wiring(), held).balances(Map.of());
    }

    private static Replica holder() {
        return Await.value(
                "one decides",
                LONG,
                () -> replicas.stream().filter(Replica::ready).findFirst());
    }

    private static long bound() {
        return cluster.pods().all().stream().filter(Pods::bound).count();
    }

    private static Wiring wiring() {
        return Wiring.of(cluster.client()
                .genericKubernetesResources("busbar.dev/v1alpha1", "GpuTopology")
                .list()
                .getItems());
    }
}
