package dev.busbar.server.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.busbar.core.cluster.ClusterEvent.NodeSeen;
import dev.busbar.core.cluster.ClusterEvent.TopologySeen;
import dev.busbar.core.cluster.ClusterState;
import dev.busbar.core.cluster.NodeFacts;
import dev.busbar.core.topology.Allocator;
import dev.busbar.core.topology.Fabric;
import dev.busbar.core.topology.Gpu;
import dev.busbar.core.topology.KubeletPolicies;
import dev.busbar.core.topology.LinkMatrix;
import dev.busbar.core.topology.NodeTopology;
import dev.busbar.core.topology.TopologySource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The reader against a small HTTP server that answers as a Prometheus, or not at all. */
class PrometheusReaderIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long MEBIBYTE = 1L << 20;

    private final ClusterState state = new ClusterState();
    private final CountDownLatch over = new CountDownLatch(1);
    private HttpServer server;
    private volatile String scraped = vector();
    private volatile String taken = vector();

    @BeforeEach
    void listen() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/api/v1/query", this::answer);
        server.createContext("/hangs/", exchange -> await());
        server.createContext("/hangs-midway/", exchange -> {
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            await();
        });
        server.createContext("/fails/", exchange -> answer(exchange, 503, "no"));
        server.createContext("/page/", exchange -> answer(exchange, 200, "<html>"));
        server.createContext("/long/", exchange -> answer(exchange, 200, " ".repeat(5000)));
        server.createContext(
                "/refuses/",
                exchange -> answer(exchange, 400, "{\"status\":\"error\",\"error\":\"parse error: unexpected x\"}"));
        server.start();
    }

    @AfterEach
    void stop() {
        over.countDown();
        server.stop(0);
    }

    private void await() {
        try {
            over.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        var query = URLDecoder.decode(exchange.getRequestURI().getRawQuery(), StandardCharsets.UTF_8);
        answer(exchange, 200, query.contains("timestamp") ? scraped : taken);
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static String vector(String... series) {
        return "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[%s]}}"
                .formatted(String.join(",", series));
    }

    private static String series(String uuid, String host, int gpu, Object value) {
        return "{\"metric\":{\"UUID\":\"%s\",%s,\"gpu\":\"%d\"},\"value\":[1763000000,\"%s\"]}"
                .formatted(uuid, host, gpu, value);
    }

    private PrometheusConfig config(String path) {
        return new PrometheusConfig(
                "http://127.0.0.1:%d%s".formatted(server.getAddress().getPort(), path),
                "",
                "",
                Duration.ofMillis(100),
                Duration.ofSeconds(2),
                4000);
    }

    private void told(String name, String uuid) {
        state.apply(new NodeSeen(new NodeFacts(name, 64_000, 1L << 38, 0, 1, Map.of())));
        state.apply(new TopologySeen(
                name,
                new NodeTopology(
                        List.of(new Gpu(0, uuid, "NVIDIA A100-SXM4-80GB", 80L << 30, 0, Gpu.Health.HEALTHY)),
                        LinkMatrix.unknown(1),
                        List.of(),
                        List.of(),
                        Fabric.UNKNOWN,
                        Allocator.BUSBAR,
                        KubeletPolicies.DEFAULT,
                        TopologySource.GPU_TOPOLOGY)));
    }

    private void counted(String name, String host, int gpus) {
        state.apply(
                new NodeSeen(new NodeFacts(name, 64_000, 1L << 38, gpus, 0, Map.of("kubernetes.io/hostname", host))));
        state.apply(new TopologySeen(name, NodeTopology.counted(gpus, Allocator.DEVICE_PLUGIN)));
    }

    @Test
    void a_series_goes_to_the_gpu_with_its_uuid_or_else_to_the_index_on_its_host() {
        told("told", "GPU-known");
        counted("new-spelling", "host-a", 2);
        counted("old-spelling", "host-b", 2);
        var at = Instant.ofEpochSecond(1_763_000_000);
        scraped = vector(
                series("GPU-known", "\"hostname\":\"host-a\"", 1, "1763000000"),
                series("GPU-n", "\"hostname\":\"host-a\"", 1, "1763000000.25"),
                series("GPU-o", "\"Hostname\":\"old-spelling\"", 0, "1763000000"),
                series("GPU-far", "\"hostname\":\"nowhere\"", 0, "1763000000"),
                series("GPU-many", "\"hostname\":\"host-a\"", 7, "1763000000"),
                series("GPU-bad", "\"hostname\":\"host-a\"", 0, "1763000000"));
        // The first names another host and index: its UUID wins.
        taken = vector(
                series("GPU-known", "\"hostname\":\"host-a\"", 1, "3000"),
                series("GPU-n", "\"hostname\":\"host-a\"", 1, "1000"),
                series("GPU-o", "\"Hostname\":\"old-spelling\"", 0, "2000"),
                series("GPU-far", "\"hostname\":\"nowhere\"", 0, "1"),
                series("GPU-many", "\"hostname\":\"host-a\"", 7, "1"),
                series("GPU-bad", "\"hostname\":\"host-a\"", 0, "NaN"),
                series("GPU-unscraped", "\"hostname\":\"host-a\"", 0, "1"));

        try (var reader = new PrometheusReader(config(""), state)) {
            reader.start();
            awaitMeasured("new-spelling");
        }

        var a = state.snapshot().node("new-spelling").orElseThrow().use();
        assertThat(a.observedAt()).isEqualTo(at.plusMillis(250));
        assertThat(a.gpus()).singleElement().satisfies(gpu -> {
            assertThat(gpu.index()).isEqualTo(1);
            assertThat(gpu.usedBytes()).isEqualTo(1000 * MEBIBYTE);
        });
        assertThat(state.snapshot().node("old-spelling").orElseThrow().use().gpus())
                .singleElement()
                .satisfies(gpu -> assertThat(gpu.usedBytes()).isEqualTo(2000 * MEBIBYTE));
        assertThat(state.snapshot().node("told").orElseThrow().use().gpus())
                .singleElement()
                .satisfies(gpu -> assertThat(gpu.usedBytes()).isEqualTo(3000 * MEBIBYTE));
    }

    private void awaitMeasured(String node) {
        var end = Instant.now().plus(PATIENCE);
        while (!state.snapshot().node(node).orElseThrow().use().isMeasured()) {
            assertThat(Instant.now()).as("%s is measured", node).isBefore(end);
            LockSupport.parkNanos(5_000_000);
        }
    }

    @Test
    void what_is_no_answer_is_given_up_in_time_and_named() {
        assertNamed("/hangs", "it did not answer within 2000 ms");
        assertNamed("/hangs-midway", "it did not answer within 2000 ms");
        assertNamed("/fails", "it answered with status 503");
        assertNamed("/page", "its answer is no JSON");
        assertNamed("/long", "");
        assertNamed("/refuses", "it answered: parse error: unexpected x");
    }

    private void assertNamed(String path, String reason) {
        try (var prometheus = new Prometheus(config(path))) {
            assertThatThrownBy(() -> prometheus.query("up"))
                    .as(path)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(reason);
        }
    }
}
