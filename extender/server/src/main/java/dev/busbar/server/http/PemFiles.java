package dev.busbar.server.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Our certificate and whom we believe, as they stand in their files; the server gets them anew when they change. */
final class PemFiles implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PemFiles.class);
    private static final Duration EVERY = Duration.ofSeconds(5);
    private static final Duration CHANGE = Duration.ofSeconds(10);

    /**
     * By HTTP/2 all calls would share one connection, and to one that leads to a stopped Busbar kube-scheduler would
     * hold for the better part of a minute. By HTTP/1.1 it leaves a connection on which a call took too long.
     */
    private static final boolean WITH_HTTP_2 = false;

    private final TlsConfig config;
    private final CountDownLatch closed = new CountDownLatch(1);
    private List<String> texts;

    /** @throws IOException when one can't be read, with the key that names it */
    PemFiles(TlsConfig config) throws IOException {
        this.config = config;
        this.texts = read();
    }

    private List<String> read() throws IOException {
        var clients = config.asksForClients() ? text("tls.clientCa", config.clientCa()) : "";
        return List.of(text("tls.certificate", config.certificate()), text("tls.key", config.key()), clients);
    }

    private static String text(String key, String file) throws IOException {
        try {
            return Files.readString(Path.of(file), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new IOException("%s (%s) can't be read".formatted(key, file), e);
        }
    }

    /** The options of a server that starts with them. */
    HttpServerOptions into(HttpServerOptions options) {
        options.setSsl(true).setUseAlpn(WITH_HTTP_2).setKeyCertOptions(own()).setClientAuth(clients());
        return config.asksForClients() ? options.setTrustOptions(trusted()) : options;
    }

    private PemKeyCertOptions own() {
        return new PemKeyCertOptions()
                .addCertValue(Buffer.buffer(texts.get(0)))
                .addKeyValue(Buffer.buffer(texts.get(1)));
    }

    private PemTrustOptions trusted() {
        return new PemTrustOptions().addCertValue(Buffer.buffer(texts.get(2)));
    }

    private ClientAuth clients() {
        return config.asksForClients() ? ClientAuth.REQUIRED : ClientAuth.NONE;
    }

    /** Begins to look for changes. */
    void follow(HttpServer server) {
        Thread.ofVirtual().name("certificates").start(() -> {
            try {
                while (!closed.await(EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                    renew(server);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private void renew(HttpServer server) throws InterruptedException {
        var before = texts;
        try {
            var found = read();
            if (found.equals(before)) {
                return;
            }
            texts = found;
            server.updateSSLOptions(options())
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(CHANGE.toSeconds(), TimeUnit.SECONDS);
            LOG.atInfo().addKeyValue("certificate", config.certificate()).log("New certificates are in effect");
        } catch (IOException | ExecutionException | TimeoutException | RuntimeException e) {
            // The files may be half written; what is in effect stays, and the next look tells.
            LOG.atWarn()
                    .addKeyValue("certificate", config.certificate())
                    .addKeyValue("reason", e.toString())
                    .log("New certificates could not be taken; the old ones stay in effect");
        }
    }

    private ServerSSLOptions options() {
        var options = new ServerSSLOptions().setKeyCertOptions(own()).setClientAuth(clients());
        options.setUseAlpn(WITH_HTTP_2);
        return config.asksForClients() ? options.setTrustOptions(trusted()) : options;
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
