package dev.busbar.agent.ops;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves {@link OpsPages} over the JDK's own small HTTP server, for which a node pays least. */
public final class OpsListener implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(OpsListener.class);

    private final HttpServer server;
    private final ExecutorService calls;

    private OpsListener(HttpServer server, ExecutorService calls) {
        this.server = server;
        this.calls = calls;
    }

    /**
     * Begins to listen.
     *
     * @param address HOST:PORT, port 0 for any
     * @throws IllegalArgumentException when that is no address
     * @throws IOException when it can't be had
     */
    public static OpsListener start(String address, OpsPages pages) throws IOException {
        var server = HttpServer.create(parse(address), 0);
        var calls = Executors.newVirtualThreadPerTaskExecutor();
        server.setExecutor(calls);
        server.createContext("/", exchange -> answer(exchange, pages));
        server.start();
        var listener = new OpsListener(server, calls);
        LOG.info("Health and metrics listen url={}", listener.url());
        return listener;
    }

    private static InetSocketAddress parse(String address) {
        int colon = address.lastIndexOf(':');
        if (colon < 1 || !address.substring(colon + 1).matches("[0-9]{1,5}")) {
            throw new IllegalArgumentException("--ops (%s) must be HOST:PORT".formatted(address));
        }
        return new InetSocketAddress(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
    }

    private static void answer(HttpExchange exchange, OpsPages pages) throws IOException {
        try (exchange) {
            var answer = pages.at(exchange.getRequestURI().getPath());
            var body = answer.text().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
            exchange.sendResponseHeaders(answer.status(), body.length);
            exchange.getResponseBody().write(body);
        }
    }

    URI url() {
        var address = server.getAddress();
        return URI.create("http://%s:%d".formatted(address.getHostString(), address.getPort()));
    }

    @Override
    public void close() {
        server.stop(0);
        calls.shutdownNow();
    }
}
