package dev.busbar.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ServerMetricsTest {
    private final Client client = new Client();

    @AfterEach
    void stop() {
        client.close();
    }

    @Test
    void the_metrics_show_what_happened() throws Exception {
        var source = new HeldCluster();
        source.mayEnd.countDown();
        source.age = Duration.ofMillis(1500);
        var server = client.serve(source);
        client.post(server, "filter", Asks.args(Asks.pod("a", 4), "node-0", "node-1"));
        client.post(server, "prioritize", Asks.args(Asks.pod("a", 4), "node-0", "node-1"));
        client.post(server, "bind", Asks.bind("a", "node-0"));
        client.post(server, "filter", Asks.args(Asks.pod("b", 4), "node-0", "node-1"));
        client.post(server, "filter", Asks.args(Asks.pod("c", 4), "node-0", "node-1"));
        client.post(server, "filter", Asks.args(Asks.pod("d", 5), "node-0", "node-1"));
        client.post(server, "bind", Asks.bind("c", "node-0"));
        client.post(server, "bind", Asks.bind("nobody", "node-0"));
        client.post(server, "filter", "{");
        client.post(server, "preempt", "{\"Pod\":%s}".formatted(Asks.pod("c", 4)));

        var metrics = client.get(server, "/metrics");

        // b is claimed on node-1, the only one left; c finds nothing now, d never
        assertThat(metrics.lines().toList())
                .contains(
                        "busbar_decisions_total{verb=\"filter\",verdict=\"fits\"} 2.0",
                        "busbar_decisions_total{verb=\"filter\",verdict=\"not-now\"} 1.0",
                        "busbar_decisions_total{verb=\"filter\",verdict=\"never\"} 1.0",
                        "busbar_decisions_total{verb=\"filter\",verdict=\"unreadable\"} 1.0",
                        "busbar_decisions_total{verb=\"prioritize\",verdict=\"ranked\"} 1.0",
                        "busbar_decisions_total{verb=\"bind\",verdict=\"bound\"} 1.0",
                        "busbar_decisions_total{verb=\"bind\",verdict=\"conflict\"} 1.0",
                        "busbar_decisions_total{verb=\"bind\",verdict=\"refused\"} 1.0",
                        "busbar_decisions_total{verb=\"bind\",verdict=\"unknown\"} 0.0",
                        "busbar_decisions_total{verb=\"preempt\",verdict=\"none\"} 1.0",
                        "busbar_bind_conflicts_total 1.0",
                        "busbar_claims 1.0",
                        "busbar_reservations 0.0",
                        "busbar_snapshot_age_seconds 1.5",
                        "busbar_verb_seconds_count{verb=\"filter\"} 5",
                        "busbar_verb_seconds_count{verb=\"bind\"} 3");
        assertThat(metrics).contains("busbar_verb_seconds_bucket{verb=\"filter\",le=\"0.001\"}");
        assertThat(Stream.of("# HELP busbar_verb_seconds ", "# TYPE busbar_verb_seconds histogram"))
                .allMatch(metrics::contains);
    }

    @Test
    void a_reservation_is_counted_while_the_write_is_under_way() throws Exception {
        var source = new HeldCluster();
        var server = client.serve(source);
        client.post(server, "filter", Asks.args(Asks.pod("a", 1), "node-0"));
        var bind = client.sendLater(Client.to(server, "/bind").POST(BodyPublishers.ofString(Asks.bind("a", "node-0"))));
        assertThat(source.begun.await(30, TimeUnit.SECONDS)).isTrue();

        var metrics = client.get(server, "/metrics");

        assertThat(metrics).contains("busbar_reservations 1.0");
        source.mayEnd.countDown();
        assertThat(bind.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }
}
