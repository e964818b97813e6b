package dev.busbar.server.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.testclusters.Certificates;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Prometheus behind TLS that answers who shows the token "let-me-in". */
class SecuredPrometheusIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    private final Vertx vertx = Vertx.vertx();
    private Certificates certificates;
    private HttpServer server;
    private Path token;

    @BeforeEach
    void listen() throws Exception {
        certificates = Certificates.make(folder.resolve("certificates"));
        token = Files.writeString(folder.resolve("token"), "let-me-in\n");
        var options = new HttpServerOptions()
                .setSsl(true)
                .setKeyCertOptions(new PemKeyCertOptions()
                        .setCertPath(certificates.ofBusbar().resolve("tls.crt").toString())
                        .setKeyPath(certificates.ofBusbar().resolve("tls.key").toString()));
        server = vertx.createHttpServer(options)
                .requestHandler(request -> {
                    var known = "Bearer let-me-in".equals(request.getHeader("Authorization"));
                    request.response()
                            .setStatusCode(known ? 200 : 401)
                            .end("{\"status\":\"success\",\"data\":{\"result\":[{\"value\":[1,\"7\"]}]}}");
                })
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private Prometheus prometheus(String tokenFile, Path caFile) {
        return new Prometheus(new PrometheusConfig(
                "https://127.0.0.1:" + server.actualPort(),
                tokenFile,
                caFile.toString(),
                Duration.ofSeconds(15),
                Duration.ofSeconds(10),
                4000));
    }

    @Test
    void it_is_shown_the_token_that_stands_in_the_file_now() throws Exception {
        Files.writeString(token, "of-yesterday");
        try (var prometheus = prometheus(token.toString(), certificates.folder().resolve("ca.crt"))) {
            assertThatThrownBy(() -> prometheus.query("up")).hasMessage("it answered with status 401");

            Files.writeString(token, "let-me-in\n");

            assertThat(prometheus.query("up"))
                    .singleElement()
                    .satisfies(series -> assertThat(series.value()).isEqualTo(7));
        }
    }

    @Test
    void one_that_nobody_vouches_for_is_shown_no_token() throws Exception {
        var authority = folder.resolve("authority.crt");
        Files.copy(Certificates.make(folder.resolve("other")).folder().resolve("ca.crt"), authority);
        try (var prometheus = prometheus(token.toString(), authority)) {
            assertThatThrownBy(() -> prometheus.query("up")).isInstanceOf(IOException.class);

            Files.writeString(authority, Files.readString(certificates.folder().resolve("ca.crt")));

            assertThat(prometheus.query("up")).hasSize(1);
        }
    }

    @Test
    void a_file_that_is_no_help_is_named_and_not_shown() throws Exception {
        try (var prometheus = prometheus("/nowhere/token", certificates.folder().resolve("ca.crt"))) {
            assertThatThrownBy(() -> prometheus.query("up"))
                    .hasMessage("prometheus.tokenFile (/nowhere/token) can't be read");
        }
        var two = Files.writeString(folder.resolve("two"), "one\nand another");
        try (var prometheus = prometheus(two.toString(), certificates.folder().resolve("ca.crt"))) {
            assertThatThrownBy(() -> prometheus.query("up"))
                    .hasMessage("prometheus.tokenFile (%s) holds no bearer token", two);
        }
        try (var prometheus = prometheus("", token)) {
            assertThatThrownBy(() -> prometheus.query("up"))
                    .hasMessage("prometheus.caFile holds no certificates in PEM");
        }
    }
}
