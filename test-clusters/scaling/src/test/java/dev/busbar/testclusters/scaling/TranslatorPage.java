package dev.busbar.testclusters.scaling;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What Prometheus would have scraped from the pods: a series of each metric per pod, under the translator's own names and
 * with the labels of the ServiceMonitor. How a pod does is said by the tag of its image.
 */
final class TranslatorPage implements AutoCloseable {
    static final String PATH = "/metrics";
    private static final int REQUESTS_PER_SECOND = 100;

    /** Of a hundred requests, how many take more than a second and how many fail; and how busy the GPU is. */
    enum Version {
        GOOD(0, 1, 0.9),
        SLOW(10, 1, 0.9),
        FAILING(0, 10, 0.9),
        IDLE(0, 1, 0.1);

        private final int slow;
        private final int failed;
        private final double busy;

        Version(int slow, int failed, double busy) {
            this.slow = slow;
            this.failed = failed;
            this.busy = busy;
        }

        String tag() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Version of(Pod pod) {
            var image = pod.getSpec().getContainers().getFirst().getImage();
            for (var version : values()) {
                if (image.endsWith(":" + version.tag())) {
                    return version;
                }
            }
            return GOOD;
        }
    }

    private final HttpServer server;
    private final Supplier<List<Pod>> pods;

    TranslatorPage(Supplier<List<Pod>> pods) {
        this.pods = pods;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext(PATH, exchange -> {
            var page = page().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "text/plain; version=0.0.4");
            exchange.sendResponseHeaders(200, page.length);
            try (var body = exchange.getResponseBody()) {
                body.write(page);
            }
        });
        server.start();
    }

    String authority() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    private String page() {
        var now = System.currentTimeMillis() / 1000.0;
        return pods.get().stream()
                .filter(Stage::ready)
                .map(pod -> series(pod, now))
                .collect(Collectors.joining());
    }

    private static String series(Pod pod, double now) {
        var version = Version.of(pod);
        var labels = pod.getMetadata().getLabels();
        var own = "pair=\"%s\",pod=\"%s\",rollouts_pod_template_hash=\"%s\""
                .formatted(
                        labels.get("app.kubernetes.io/instance"),
                        pod.getMetadata().getName(),
                        labels.get("rollouts-pod-template-hash"));
        var all = now % 1_000_000 * REQUESTS_PER_SECOND;
        var fast = all * (100 - version.slow) / 100;
        var failed = all * version.failed / 100;
        return """
            translator_inference_latency_seconds_bucket{%1$s,le="0.5"} %2$.1f
            translator_inference_latency_seconds_bucket{%1$s,le="1.0"} %2$.1f
            translator_inference_latency_seconds_bucket{%1$s,le="2.5"} %3$.1f
            translator_inference_latency_seconds_bucket{%1$s,le="+Inf"} %3$.1f
            translator_http_responses_total{%1$s,route="/translate",status="200"} %4$.1f
            translator_http_responses_total{%1$s,route="/translate",status="500"} %5$.1f
            translator_device_utilization_ratio{%1$s,device="0"} %6$.2f
            """.formatted(own, fast, all, all - failed, failed, version.busy);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
