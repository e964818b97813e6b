package dev.busbar.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.server.config.Config;
import dev.busbar.server.source.FixedCluster;
import dev.busbar.testclusters.Await;
import dev.busbar.testclusters.Certificates;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verbs over mTLS, and the plain listener beside them. */
class TlsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    private Certificates certificates;

    @BeforeEach
    void make() {
        certificates = Certificates.make(folder.resolve("first"));
    }

    private Server serve() throws IOException {
        var tls = certificates.ofBusbar();
        return Server.start(Config.parse("""
            listen: 127.0.0.1:0
            ops: {listen: "127.0.0.1:0"}
            tls: {certificate: %1$s/tls.crt, key: %1$s/tls.key, clientCa: %1$s/ca.crt}
            """.formatted(tls)), new FixedCluster(Asks.nodes(1, 4)));
    }

    private static HttpClient client(SSLContext tls) {
        return HttpClient.newBuilder().sslContext(tls).build();
    }

    private static HttpResponse<String> get(HttpClient client, String url) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create(url)).timeout(PATIENCE).build(), BodyHandlers.ofString());
    }

    @Test
    void who_shows_a_certificate_is_answered_over_http_1_1() throws Exception {
        try (var server = serve();
                var client = client(certificates.scheduler())) {
            var filter = HttpRequest.newBuilder(URI.create(server.address() + "/filter"))
                    .POST(BodyPublishers.ofString(Asks.args(Asks.pod("a", 1), "node-0")))
                    .timeout(PATIENCE)
                    .build();

            var answer = client.send(filter, BodyHandlers.ofString());

            assertThat(server.address()).startsWith("https://127.0.0.1:");
            assertThat(answer.body()).startsWith("{\"NodeNames\":[\"node-0\"]");
            assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
        }
    }

    @Test
    void who_shows_none_or_one_of_another_authority_is_refused() throws Exception {
        var other = Certificates.make(folder.resolve("other"));
        Files.copy(
                certificates.folder().resolve("ca.crt"),
                other.folder().resolve("ca.crt"),
                StandardCopyOption.REPLACE_EXISTING);

        try (var server = serve();
                var stranger = client(certificates.stranger());
                var foreigner = client(other.scheduler())) {
            assertThatThrownBy(() -> get(stranger, server.address() + "/healthz"))
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(() -> get(foreigner, server.address() + "/healthz"))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void the_plain_listener_answers_health_readiness_and_metrics_and_nothing_else() throws Exception {
        try (var server = serve();
                var client = HttpClient.newHttpClient()) {
            var ops = "http://127.0.0.1:" + server.opsPort().orElseThrow();

            assertThat(get(client, ops + "/healthz").statusCode()).isEqualTo(200);
            assertThat(get(client, ops + "/readyz").statusCode()).isEqualTo(200);
            assertThat(get(client, ops + "/metrics").body()).contains("busbar_decides 1.0");
            assertThat(get(client, ops + "/snapshot").statusCode()).isEqualTo(404);
            assertThat(get(client, ops + "/explain/a/b").statusCode()).isEqualTo(404);
            var filter = HttpRequest.newBuilder(URI.create(ops + "/filter"))
                    .POST(BodyPublishers.ofString(Asks.args(Asks.pod("a", 1), "node-0")))
                    .build();
            assertThat(client.send(filter, BodyHandlers.ofString()).statusCode())
                    .isEqualTo(404);
        }
    }

    @Test
    void new_certificates_are_taken_while_it_runs() throws Exception {
        try (var server = serve()) {
            var renewed = Certificates.make(folder.resolve("renewed"));
            for (var file : new String[] {"tls.crt", "tls.key", "ca.crt"}) {
                Files.copy(
                        renewed.ofBusbar().resolve(file),
                        certificates.ofBusbar().resolve(file),
                        StandardCopyOption.REPLACE_EXISTING);
            }

            Await.until("the new ones are in effect", PATIENCE, () -> answers(renewed.scheduler(), server));

            assertThat(answers(certificates.scheduler(), server)).isFalse();
        }
    }

    private static boolean answers(SSLContext tls, Server server) {
        try (var client = client(tls)) {
            return get(client, server.address() + "/healthz").statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Test
    void a_file_that_is_not_there_stops_the_start_and_is_named() throws Exception {
        Files.delete(certificates.ofBusbar().resolve("tls.key"));

        assertThatThrownBy(this::serve).isInstanceOf(IOException.class).hasMessageContaining("tls.key (");
    }
}
