package dev.busbar.agent.publish;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.busbar.testclusters.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An API server that begins to answer and then says no more, as one does behind a network that drops all packets. */
class SilentServerTest {
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration AMPLE = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    private final CountDownLatch over = new CountDownLatch(1);
    private final AtomicInteger watches = new AtomicInteger();
    private HttpServer http;

    @BeforeEach
    void listen() throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        http.createContext("/api/v1/nodes", exchange -> {
            watches.incrementAndGet();
            beginAnswer(exchange, """
                {"type":"ADDED","object":{"status":{"capacity":{"nvidia.com/gpu":"%d"}}}}
                """.formatted(watches.get()));
        });
        http.createContext("/apis", exchange -> beginAnswer(exchange, "{"));
        http.createContext("/apis/busbar.dev/v1alpha1/gputopologies/page", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write("<html>".getBytes(StandardCharsets.UTF_8));
            exchange.close();
        });
        http.start();
    }

    private void beginAnswer(HttpExchange exchange, String text) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        exchange.getResponseBody().write(text.getBytes(StandardCharsets.UTF_8));
        exchange.getResponseBody().flush();
        try {
            over.await(AMPLE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        exchange.close();
    }

    @AfterEach
    void stop() {
        over.countDown();
        http.stop(0);
    }

    private ApiServer server() throws IOException {
        var kubeconfig = Files.writeString(
                folder.resolve("kubeconfig"), """
                    current-context: c
                    contexts: [{name: c, context: {cluster: c, user: u}}]
                    clusters: [{name: c, cluster: {server: "http://127.0.0.1:%d"}}]
                    users: [{name: u, user: {}}]
                    """.formatted(http.getAddress().getPort()));
        return ApiServer.connect(Optional.of(kubeconfig), SHORT);
    }

    @Test
    void an_answer_that_does_not_end_is_given_up() throws IOException {
        try (var server = server()) {
            var started = System.nanoTime();

            var outcome = new KubeCluster(server).read("n1");

            assertThat(outcome)
                    .isInstanceOfSatisfying(
                            Cluster.Outcome.Failed.class,
                            failed -> assertThat(failed.reason()).contains("its answer does not end"));
            assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(AMPLE);
        }
    }

    @Test
    void an_answer_that_is_no_object_is_a_failure_with_a_reason() throws IOException {
        try (var server = server()) {
            assertThat(new KubeCluster(server).read("page"))
                    .isInstanceOfSatisfying(
                            Cluster.Outcome.Failed.class,
                            failed -> assertThat(failed.reason()).startsWith("its answer is no GpuTopology"));
        }
    }

    @Test
    void a_watch_that_has_gone_silent_is_begun_anew() throws IOException {
        var patience = new NodeWatch.Patience(SHORT, Duration.ofMillis(10));
        try (var server = server();
                var watch = new NodeWatch(server, "n1", () -> {}, patience).start()) {
            Await.until("the node is watched a third time", AMPLE, () -> watches.get() > 2);

            Await.until(
                    "what that watch said is seen",
                    AMPLE,
                    () -> watch.view()
                            .filter(view -> view.devicePluginGpus() > 2)
                            .isPresent());
        }
    }
}
