package dev.busbar.agent.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.agent.publish.Cluster;
import dev.busbar.agent.publish.CountedCluster;
import dev.busbar.files.gputopology.GpuTopology;
import dev.busbar.files.gputopology.GpuUse;
import dev.busbar.files.gputopology.Health;
import dev.busbar.files.gputopology.Memory;
import dev.busbar.files.gputopology.Spec;
import dev.busbar.files.gputopology.Status;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OpsListenerTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final CountedCluster cluster = new CountedCluster(new Refusing());
    private Instant now = START;
    private Vitals vitals = Vitals.atStart(START);
    private OpsListener listener;

    /** An API server that takes what a node advertises, and no object. */
    private static final class Refusing implements Cluster {
        @Override
        public Outcome read(String node) {
            return new Outcome.Absent();
        }

        @Override
        public Outcome create(GpuTopology topology) {
            return new Outcome.Failed("HTTP 403");
        }

        @Override
        public Outcome replaceSpec(GpuTopology topology) {
            return new Outcome.Failed("HTTP 403");
        }

        @Override
        public Outcome replaceStatus(GpuTopology topology) {
            return new Outcome.Failed("HTTP 403");
        }

        @Override
        public boolean advertise(String node, int gpus) {
            return true;
        }
    }

    @BeforeEach
    void start() throws IOException {
        listener = OpsListener.start("127.0.0.1:0", new OpsPages(() -> vitals, cluster, () -> now));
    }

    @AfterEach
    void stop() {
        listener.close();
    }

    @Test
    void it_is_ready_once_the_object_says_what_was_seen() {
        assertThat(get("/readyz").statusCode()).isEqualTo(503);
        assertThat(get("/readyz").body()).contains("not written yet");

        vitals = vitals.after(seen(), Vitals.Kubelet.ANSWERS, START.plusSeconds(2), START.plusSeconds(2));

        assertThat(get("/readyz").statusCode()).isEqualTo(200);
    }

    @Test
    void it_is_not_well_when_no_look_has_ended_for_two_minutes() {
        vitals = vitals.after(seen(), Vitals.Kubelet.ANSWERS, Instant.EPOCH, START.plusSeconds(10));

        now = START.plusSeconds(10 + 119);
        assertThat(get("/healthz").statusCode()).isEqualTo(200);
        now = START.plusSeconds(10 + 120);
        assertThat(get("/healthz").statusCode()).isEqualTo(503);
        assertThat(get("/healthz").body()).contains("ended 120 s ago");
    }

    @Test
    void the_metrics_tell_of_gpus_kubelet_writes_and_ages() {
        cluster.advertise("n1", 3);
        cluster.create(seen());
        cluster.replaceSpec(seen());
        vitals = vitals.after(seen(), Vitals.Kubelet.ANSWERS, START.plusSeconds(1), START.plusSeconds(10));
        now = START.plusSeconds(12);

        assertThat(get("/metrics").body().lines().filter(line -> !line.startsWith("#")))
                .containsExactlyInAnyOrder(
                        "busbar_agent_gpus{health=\"healthy\"} 1",
                        "busbar_agent_gpus{health=\"degraded\"} 0",
                        "busbar_agent_gpus{health=\"lost\"} 2",
                        "busbar_agent_problems 1.0",
                        "busbar_agent_kubelet_answers 1.0",
                        "busbar_agent_look_age_seconds 2.0",
                        "busbar_agent_published_age_seconds 11.0",
                        "busbar_agent_writes_total{outcome=\"done\"} 1",
                        "busbar_agent_writes_total{outcome=\"failed\"} 2");
    }

    @Test
    void what_was_never_published_ages_from_the_start() {
        now = START.plusSeconds(7);

        assertThat(get("/metrics").body())
                .contains("busbar_agent_published_age_seconds 7.0\n", "busbar_agent_kubelet_answers 0.0\n");
    }

    @Test
    void another_path_is_not_found_and_what_is_no_address_is_refused() {
        assertThat(get("/anything").statusCode()).isEqualTo(404);
        assertThatThrownBy(() -> OpsListener.start("9090", new OpsPages(() -> vitals, cluster, () -> now)))
                .hasMessage("--ops (9090) must be HOST:PORT");
    }

    private static GpuTopology seen() {
        var gpus = List.of(gpu("a", Health.HEALTHY), gpu("b", Health.LOST), gpu("c", Health.LOST));
        return GpuTopology.of("n1", Spec.EMPTY, new Status("", List.of("a problem"), gpus, List.of(), List.of()));
    }

    private static GpuUse gpu(String uuid, Health health) {
        return new GpuUse(uuid, health, "", Memory.mebibytes(0), "", "", List.of());
    }

    private HttpResponse<String> get(String path) {
        try (var http = HttpClient.newHttpClient()) {
            return http.send(
                    HttpRequest.newBuilder(listener.url().resolve(path)).build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
