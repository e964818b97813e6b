package dev.busbar.server.http;

import dev.busbar.core.workload.DemandReader;
import dev.busbar.core.workload.ResourceNames;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The listening server. One event loop answers: kube-scheduler asks one question at a time. */
public final class HttpFront implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(30);

    private final HttpConfig config;
    private final Vertx vertx;
    private final ExecutorService binding;
    private final List<HttpServer> servers = new ArrayList<>();
    private Optional<PemFiles> certificates = Optional.empty();

    private HttpFront(HttpConfig config, Vertx vertx, ExecutorService binding) {
        this.config = config;
        this.vertx = vertx;
        this.binding = binding;
    }

    /**
     * Starts to listen.
     *
     * @throws IOException when an address can't be taken, or a certificate can't be read
     */
    public static HttpFront start(HttpConfig config, ExplainConfig explain, ResourceNames names, Serving serving)
            throws IOException {
        var vertx = Vertx.vertx(
                new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1).setInternalBlockingPoolSize(2));
        var binding = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("bind-", 0).factory());
        var decisions = new RecentDecisions(explain);
        var calls = new VerbCalls(serving, new DemandReader(names), config.depth(), decisions, InstantSource.system());
        var pages = new Pages(serving, decisions, names);
        var routes = new Routes(config, serving, calls, pages, binding);
        var front = new HttpFront(config, vertx, binding);
        try {
            front.listen(front.options(), routes::handle);
            if (config.ops().isOn()) {
                front.listenForOps(pages);
            }
            return front;
        } catch (IOException e) {
            front.close();
            throw e;
        }
    }

    private HttpServerOptions options() throws IOException {
        var options = new HttpServerOptions()
                .setHost(config.host())
                .setPort(config.port())
                .setIdleTimeout((int) config.idle().toSeconds())
                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                .setHandle100ContinueAutomatically(true);
        if (!config.tls().isOn()) {
            return options;
        }
        var files = new PemFiles(config.tls());
        certificates = Optional.of(files);
        return files.into(options);
    }

    private void listenForOps(Pages pages) throws IOException {
        var ops = config.ops();
        try {
            listen(
                    new HttpServerOptions().setHost(ops.host()).setPort(ops.port()),
                    request -> Call.gather(request, config.bodyBytes(), call -> pages.ops(request, call)));
        } catch (IOException e) {
            throw new IOException("ops.listen (%s:%d): %s".formatted(ops.host(), ops.port(), e.getMessage()), e);
        }
    }

    private void listen(HttpServerOptions options, Handler<HttpServerRequest> handler) throws IOException {
        var server = vertx.createHttpServer(options).requestHandler(handler);
        try {
            server.listen().toCompletionStage().toCompletableFuture().get(START.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            var why = e.getCause() == null ? e : e.getCause();
            throw new IOException(why.getMessage() == null ? why.toString() : why.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while starting to listen", e);
        }
        servers.add(server);
        if (options.isSsl()) {
            certificates.ifPresent(files -> files.follow(server));
        }
    }

    public int port() {
        return servers.getFirst().actualPort();
    }

    /** That of the second listener; empty when there is none. */
    public OptionalInt opsPort() {
        return servers.size() < 2
                ? OptionalInt.empty()
                : OptionalInt.of(servers.get(1).actualPort());
    }

    /** Takes no more calls, lets those under way finish for a bounded time, and stops. */
    @Override
    public void close() {
        certificates.ifPresent(PemFiles::close);
        servers.stream()
                .map(server -> server.shutdown(config.drain().toMillis(), TimeUnit.MILLISECONDS))
                .toList()
                .forEach(this::await);
        binding.shutdown();
        try {
            if (!binding.awaitTermination(config.drain().toMillis(), TimeUnit.MILLISECONDS)) {
                binding.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        await(vertx.close());
    }

    private void await(Future<?> future) {
        try {
            future.toCompletionStage()
                    .toCompletableFuture()
                    .get(config.drain().toMillis() + 5000, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            // Nothing is left to do about a connection that does not close.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
