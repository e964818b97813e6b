package dev.busbar.testclusters;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A real Prometheus on loopback that scrapes one address several times a second. */
public final class Prometheus implements AutoCloseable {
    private static final Duration START = Duration.ofMinutes(1);
    private static final Duration CALL = Duration.ofSeconds(5);

    private final URI url;
    private final Program program;

    private Prometheus(URI url, Program program) {
        this.url = url;
        this.program = program;
    }

    /** Scrapes {@code target} (HOST:PORT) at {@code /metrics}; what it keeps and says goes to the folder. */
    public static Prometheus scraping(String target, Path folder) throws IOException {
        var config = Files.writeString(folder.resolve("prometheus.yml"), """
            global: {scrape_interval: 250ms, scrape_timeout: 250ms}
            scrape_configs:
            - job_name: dcgm-exporter
              static_configs: [{targets: ["%s"]}]
            """.formatted(target));
        var address = "127.0.0.1:" + FreePorts.take(1)[0];
        var program = Program.start(
                "prometheus",
                folder.resolve("prometheus.log"),
                List.of(
                        Neighbours.folder("prometheus").resolve("prometheus").toString(),
                        "--config.file=" + config,
                        "--storage.tsdb.path=" + folder.resolve("prometheus-data"),
                        "--web.listen-address=" + address));
        var prometheus = new Prometheus(URI.create("http://" + address), program);
        program.awaitReady(START, prometheus::ready);
        return prometheus;
    }

    private boolean ready() {
        try (var http = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(url.resolve("/-/ready"))
                    .timeout(CALL)
                    .build();
            return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException("interrupted while waiting for prometheus", e);
        }
    }

    public URI url() {
        return url;
    }

    @Override
    public void close() {
        program.close();
    }
}
