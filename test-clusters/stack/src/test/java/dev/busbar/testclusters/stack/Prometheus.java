package dev.busbar.testclusters.stack;

import dev.busbar.testclusters.Neighbours;
import dev.busbar.testclusters.Program;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The Prometheus of the system's packages on loopback, scraping every second. */
final class Prometheus implements AutoCloseable {
    private static final Duration START = Duration.ofMinutes(1);
    private static final KubernetesSerialization JSON = new KubernetesSerialization();

    /** What is scraped: where, and with which labels. */
    record Target(URI url, Map<String, String> labels) {}

    private final HttpClient http = HttpClient.newHttpClient();
    private final Program program;
    private final URI url;

    Prometheus(List<Target> targets, Path folder) {
        this.url = URI.create("http://127.0.0.1:" + freePort());
        var config = folder.resolve("prometheus.yaml");
        var text = new StringBuilder("global: {scrape_interval: 1s}\nscrape_configs:\n");
        for (var target : targets) {
            text.append("  - job_name: %s%n    static_configs: [{targets: ['%s'], labels: %s}]%n"
                    .formatted(target.labels().get("job"), target.url().getAuthority(), JSON.asJson(target.labels())));
        }
        try {
            Files.writeString(config, text.toString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        program = Program.start(
                "prometheus",
                folder.resolve("prometheus.log"),
                List.of(
                        Neighbours.folder("prometheus").resolve("prometheus").toString(),
                        "--config.file=" + config,
                        "--storage.tsdb.path=" + folder.resolve("tsdb"),
                        "--web.listen-address=" + url.getAuthority()));
        program.awaitReady(START, () -> up() == targets.size());
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private int up() {
        try {
            return query("up == 1").size();
        } catch (IllegalStateException e) {
            return 0;
        }
    }

    URI url() {
        return url;
    }

    /** The series that the query gives now; throws with what Prometheus says when it is no query. */
    List<?> query(String promql) {
        var answer = get("/api/v1/query?query=" + URLEncoder.encode(promql, StandardCharsets.UTF_8));
        return answer.get("data") instanceof Map<?, ?> data && data.get("result") instanceof List<?> series
                ? series
                : List.of();
    }

    /** The name of each metric that was scraped. */
    Set<String> metrics() {
        var names = new TreeSet<String>();
        if (get("/api/v1/label/__name__/values").get("data") instanceof List<?> all) {
            all.forEach(name -> names.add(String.valueOf(name)));
        }
        return names;
    }

    private Map<?, ?> get(String path) {
        try {
            var request =
                    HttpRequest.newBuilder(url.resolve(path)).timeout(START).build();
            var answer = http.send(request, BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IllegalStateException(
                        "Prometheus answered %d: %s".formatted(answer.statusCode(), answer.body()));
            }
            return JSON.unmarshal(answer.body(), Map.class);
        } catch (IOException e) {
            throw new IllegalStateException("Prometheus does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        http.close();
        program.kill();
    }
}
