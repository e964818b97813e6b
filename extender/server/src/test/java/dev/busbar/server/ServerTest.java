package dev.busbar.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.core.workload.Demand.Flaw;
import dev.busbar.core.cluster.ClusterState;
import dev.busbar.core.verbs.PodWriter;
import dev.busbar.core.verbs.Promise;
import dev.busbar.core.workload.PodKey;
import dev.busbar.server.config.Config;
import dev.busbar.server.source.ClusterSource;
import dev.busbar.server.source.FixedCluster;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerTest {
    private static final Config ANY_PORT = Config.parse("listen: 127.0.0.1:0\nlimits: {body: 1Mi}");

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<Server> servers = new ArrayList<>();

    @AfterEach
    void stop() {
        servers.forEach(Server::close);
        client.close();
    }

    private Server serve(ClusterSource source) throws IOException {
        var server = Server.start(ANY_PORT, source);
        servers.add(server);
        return server;
    }

    private Server serve(int nodes, int gpus) throws IOException {
        return serve(new FixedCluster(Asks.nodes(nodes, gpus)));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.timeout(Duration.ofSeconds(30)).build(), BodyHandlers.ofString());
    }

    private static HttpRequest.Builder to(Server server, String path) {
        return HttpRequest.newBuilder(URI.create(server.address() + path));
    }

    private String post(Server server, String verb, String body) throws IOException, InterruptedException {
        var answer = send(to(server, "/" + verb).POST(BodyPublishers.ofString(body)));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValueAsLong("content-length"))
                .hasValue(answer.body().getBytes(StandardCharsets.UTF_8).length);
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/json");
        return answer.body();
    }

    private String get(Server server, String path) throws IOException, InterruptedException {
        return send(to(server, path).GET()).body();
    }

    @Test
    void a_pod_is_filtered_ranked_and_bound() throws Exception {
        var server = serve(2, 4);
        var pod = Asks.pod("a", 3);

        var filter = post(server, "filter", Asks.args(pod, "node-0", "stranger", "node-1"));
        var prioritize = post(server, "prioritize", Asks.args(pod, "node-0", "node-1"));
        var bind = post(server, "bind", Asks.bind("a", "node-0"));
        var next = post(server, "filter", Asks.args(Asks.pod("b", 3), "node-0", "node-1"));

        assertThat(filter).isEqualTo("{\"NodeNames\":[\"node-0\",\"node-1\"],"
                + "\"FailedNodes\":{\"stranger\":\"Busbar does not know this node yet\"},"
                + "\"FailedAndUnresolvableNodes\":{},\"Error\":\"\"}");
        assertThat(prioritize).matches("\\[\\{\"Host\":\"node-0\",\"Score\":10},\\{\"Host\":\"node-1\",\"Score\":[0-9]}]");
        assertThat(bind).isEqualTo("{\"Error\":\"\"}");
        assertThat(next).isEqualTo("{\"NodeNames\":[\"node-1\"],\"FailedNodes\":{\"node-0\":\"too few free GPUs\"},"
                + "\"FailedAndUnresolvableNodes\":{},\"Error\":\"\"}");
    }

    @Test
    void node_objects_are_given_back_as_they_came() throws Exception {
        var server = serve(1, 4);
        var object = "{\"metadata\":{\"uid\":\"7\",\"name\":\"node-0\"},\"status\":{\"text\":\"}]\"}}";
        var other = "{\"metadata\":{\"name\":\"stranger\"}}";

        var filter = post(server, "filter", "{\"Pod\":%s,\"Nodes\":{\"metadata\":{},\"items\":[%s,%s]},\"NodeNames\":null}"
                .formatted(Asks.pod("a", 4), other, object));

        assertThat(filter).isEqualTo("{\"Nodes\":{\"metadata\":{},\"items\":[" + object + "]},"
                + "\"FailedNodes\":{\"stranger\":\"Busbar does not know this node yet\"},"
                + "\"FailedAndUnresolvableNodes\":{},\"Error\":\"\"}");
    }

    @Test
    void victims_come_back_by_uid_and_a_node_without_victims_does_not() throws Exception {
        var server = serve(1, 4);

        var meta = post(server, "preempt", """
                {"Pod":%s,"NodeNameToVictims":null,"NodeNameToMetaVictims":{
                 "node-0":{"Pods":[{"UID":"x"},{"UID":"y"}],"NumPDBViolations":1},"node-1":{"Pods":[]}}}"""
                .formatted(Asks.pod("a", 0)));
        var whole = post(server, "preempt", """
                {"Pod":%s,"NodeNameToVictims":{"node-0":{"Pods":[%s],"NumPDBViolations":0}}}"""
                .formatted(Asks.pod("a", 0), Asks.pod("victim", 1)));

        assertThat(meta).isEqualTo("{\"NodeNameToMetaVictims\":"
                + "{\"node-0\":{\"Pods\":[{\"UID\":\"x\"},{\"UID\":\"y\"}],\"NumPDBViolations\":1}}}");
        assertThat(whole).isEqualTo("{\"NodeNameToMetaVictims\":"
                + "{\"node-0\":{\"Pods\":[{\"UID\":\"uid-victim\"}],\"NumPDBViolations\":0}}}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "nonsense", "{\"Pod\":7}", "{\"Pod\":{\"metadata\":[]}}", "\u0000"})
    void broken_calls_are_answered_in_the_verbs_own_form(String body) throws Exception {
        var server = serve(1, 4);

        var filter = post(server, "filter", body);
        var prioritize = post(server, "prioritize", body);
        var bind = post(server, "bind", body);
        var preempt = post(server, "preempt", body);

        assertThat(filter).startsWith("{\"Error\":\"").doesNotStartWith("{\"Error\":\"\"");
        assertThat(bind).startsWith("{\"Error\":\"").doesNotStartWith("{\"Error\":\"\"");
        assertThat(prioritize).isEqualTo("[]");
        assertThat(preempt).isEqualTo("{\"NodeNameToMetaVictims\":{}}");
        assertThat(post(server, "filter", Asks.args(Asks.pod("a", 1), "node-0"))).contains("[\"node-0\"]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "3.5", "99", "two", "1e999999999", "99999999999999999999"})
    void a_count_that_makes_no_sense_is_refused_with_a_constant_reason(String count) throws Exception {
        var server = serve(1, 4);
        var pod = Asks.pod("a", 7).replace("\"7\"", "\"" + count + "\"");

        var filter = post(server, "filter", Asks.args(pod, "node-0"));

        if (count.equals("0")) {
            assertThat(filter).contains("\"NodeNames\":[\"node-0\"]");
        } else {
            assertThat(filter)
                    .contains("\"NodeNames\":[]")
                    .containsAnyOf(
                            "\"FailedAndUnresolvableNodes\":{\"node-0\":\"" + Flaw.COUNT.text() + "\"}",
                            "\"FailedAndUnresolvableNodes\":{\"node-0\":\"" + Flaw.AMOUNT.text() + "\"}");
        }
    }

    @Test
    void a_body_over_the_limit_is_refused_and_the_connection_goes_on() throws Exception {
        var server = serve(1, 4);
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(30_000);
            var out = socket.getOutputStream();
            int length = 8 << 20;
            out.write("POST /filter HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n"
                    .formatted(length)
                    .getBytes(StandardCharsets.US_ASCII));
            out.write(new byte[length]);

            var first = readAnswer(socket.getInputStream());
            var body = Asks.args(Asks.pod("a", 1), "node-0");
            out.write("POST /filter HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s"
                    .formatted(body.length(), body)
                    .getBytes(StandardCharsets.US_ASCII));
            var second = readAnswer(socket.getInputStream());

            assertThat(first).startsWith("HTTP/1.1 200").contains("longer than 1048576 bytes");
            assertThat(second).startsWith("HTTP/1.1 200").contains("[\"node-0\"]");
        }
    }

    /** Reads one answer with its Content-Length. */
    private static String readAnswer(InputStream in) throws IOException {
        var text = new StringBuilder();
        while (text.indexOf("\r\n\r\n") < 0) {
            int b = in.read();
            assertThat(b).as("answer so far: %s", text).isNotEqualTo(-1);
            text.append((char) b);
        }
        var length = text.toString().toLowerCase(Locale.ROOT).lines()
                .filter(line -> line.startsWith("content-length:"))
                .findFirst()
                .orElseThrow();
        int bytes = Integer.parseInt(length.substring(length.indexOf(':') + 1).strip());
        return text + new String(in.readNBytes(bytes), StandardCharsets.UTF_8);
    }

    @Test
    void a_client_that_goes_away_in_the_middle_hurts_nobody() throws Exception {
        var server = serve(1, 4);
        for (int i = 0; i < 20; i++) {
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
                socket.getOutputStream()
                        .write("POST /filter HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n{\"Pod\""
                                .getBytes(StandardCharsets.US_ASCII));
            }
        }

        assertThat(post(server, "filter", Asks.args(Asks.pod("a", 1), "node-0"))).contains("[\"node-0\"]");
    }

    @Test
    void health_readiness_and_unknown_paths() throws Exception {
        var server = serve(1, 4);

        assertThat(send(to(server, "/healthz").GET()).statusCode()).isEqualTo(200);
        assertThat(send(to(server, "/readyz").GET()).statusCode()).isEqualTo(200);
        assertThat(send(to(server, "/nothing").GET()).statusCode()).isEqualTo(404);
        assertThat(send(to(server, "/filter").GET()).statusCode()).isEqualTo(405);
    }

    @Test
    void the_last_decision_on_a_pod_is_explained() throws Exception {
        var server = serve(2, 4);
        post(server, "filter", Asks.args(Asks.pod("a", 3), "node-0", "node-1"));

        var known = get(server, "/explain/default/a");
        var unknown = send(to(server, "/explain/default/b").GET());

        assertThat(known).contains("\"pod\":\"default/a\"").contains("\"chosen\":\"node-0\"").contains("\"indices\":[0,1,2]");
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.body()).contains("default/b").contains("Maybe");
    }

    @Test
    void a_pod_that_does_not_exist_can_be_explained_too() throws Exception {
        var server = serve(2, 4);
        var pod = """
                apiVersion: v1
                kind: Pod
                metadata: {name: tomorrow}
                spec: {containers: [{name: c, resources: {limits: {busbar.dev/gpu: 2}}}]}
                """;

        var answer = send(to(server, "/what-if").POST(BodyPublishers.ofString(pod)));
        var typo = send(to(server, "/what-if").POST(BodyPublishers.ofString(pod.replace("busbar.dev/gpu", "busbar.dev/gpus"))));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("\"pod\":\"default/tomorrow\"").contains("\"chosen\":\"node-0\"");
        assertThat(typo.statusCode()).isEqualTo(400);
        assertThat(typo.body()).contains("busbar.dev/gpus");
    }

    /** A source whose readiness and writer a test holds in its hands. */
    private static final class Held implements ClusterSource {
        private final FixedCluster cluster = new FixedCluster(Asks.nodes(2, 4));
        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch mayEnd = new CountDownLatch(1);
        private volatile Optional<String> missing = Optional.empty();
        private volatile Duration age = Duration.ZERO;

        @Override
        public void start(ClusterState state) {
            cluster.start(state);
        }

        @Override
        public Optional<String> missing() {
            return missing;
        }

        @Override
        public Duration age() {
            return age;
        }

        @Override
        public PodWriter writer() {
            var inner = cluster.writer();
            return new PodWriter() {
                @Override
                public WriteOutcome bind(Promise promise) {
                    begun.countDown();
                    try {
                        mayEnd.await(30, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return inner.bind(promise);
                }

                @Override
                public Standing read(PodKey pod) {
                    return inner.read(pod);
                }
            };
        }

        @Override
        public void close() {}
    }

    @Test
    void before_the_cluster_is_known_every_verb_says_so() throws Exception {
        var source = new Held();
        source.missing = Optional.of("Busbar is still reading the cluster");
        var server = serve(source);
        var args = Asks.args(Asks.pod("a", 1), "node-0");

        assertThat(post(server, "filter", args)).isEqualTo("{\"Error\":\"Busbar is still reading the cluster\"}");
        assertThat(post(server, "bind", Asks.bind("a", "node-0")))
                .isEqualTo("{\"Error\":\"Busbar is still reading the cluster\"}");
        assertThat(post(server, "prioritize", args)).isEqualTo("[]");
        assertThat(post(server, "preempt", args)).isEqualTo("{\"NodeNameToMetaVictims\":{}}");
        assertThat(send(to(server, "/readyz").GET()).statusCode()).isEqualTo(503);
        assertThat(send(to(server, "/healthz").GET()).statusCode()).isEqualTo(200);
    }

    @Test
    void a_bind_under_way_holds_nobody_up_and_a_stop_waits_for_it() throws Exception {
        var source = new Held();
        var server = serve(source);
        post(server, "filter", Asks.args(Asks.pod("a", 1), "node-0"));
        var bind = client.sendAsync(
                to(server, "/bind").POST(BodyPublishers.ofString(Asks.bind("a", "node-0"))).build(),
                BodyHandlers.ofString());
        assertThat(source.begun.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(post(server, "filter", Asks.args(Asks.pod("b", 1), "node-0", "node-1"))).contains("node-1");

        var stopped = CompletableFuture.runAsync(server::close);
        awaitRefusal(server.port());
        source.mayEnd.countDown();

        assertThat(bind.get(30, TimeUnit.SECONDS).body()).isEqualTo("{\"Error\":\"\"}");
        stopped.get(30, TimeUnit.SECONDS);
    }

    /** Tries until nobody takes connections at this port any more. */
    private static void awaitRefusal(int port) {
        var end = Instant.now().plusSeconds(30);
        while (Instant.now().isBefore(end)) {
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                assertThat(socket.isConnected()).isTrue();
            } catch (IOException refused) {
                return;
            }
        }
        throw new AssertionError("port %d still takes connections".formatted(port));
    }

    @Test
    void the_metrics_show_what_happened() throws Exception {
        var source = new Held();
        source.mayEnd.countDown();
        source.age = Duration.ofMillis(1500);
        var server = serve(source);
        post(server, "filter", Asks.args(Asks.pod("a", 4), "node-0", "node-1"));
        post(server, "prioritize", Asks.args(Asks.pod("a", 4), "node-0", "node-1"));
        post(server, "bind", Asks.bind("a", "node-0"));
        post(server, "filter", Asks.args(Asks.pod("b", 4), "node-0", "node-1"));
        post(server, "filter", Asks.args(Asks.pod("c", 4), "node-0", "node-1"));
        post(server, "filter", Asks.args(Asks.pod("d", 5), "node-0", "node-1"));
        post(server, "bind", Asks.bind("c", "node-0"));
        post(server, "bind", Asks.bind("nobody", "node-0"));
        post(server, "filter", "{");
        post(server, "preempt", "{\"Pod\":%s}".formatted(Asks.pod("c", 4)));

        var metrics = get(server, "/metrics");

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
        var source = new Held();
        var server = serve(source);
        post(server, "filter", Asks.args(Asks.pod("a", 1), "node-0"));
        var bind = client.sendAsync(
                to(server, "/bind").POST(BodyPublishers.ofString(Asks.bind("a", "node-0"))).build(),
                BodyHandlers.ofString());
        assertThat(source.begun.await(30, TimeUnit.SECONDS)).isTrue();

        var metrics = get(server, "/metrics");

        assertThat(metrics).contains("busbar_reservations 1.0");
        source.mayEnd.countDown();
        assertThat(bind.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }
}
