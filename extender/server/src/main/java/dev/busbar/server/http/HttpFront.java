package dev.busbar.server.http;

import dev.busbar.core.workload.DemandReader;
import dev.busbar.core.workload.ResourceNames;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
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
    private final HttpServer server;
    private final ExecutorService binding;

    private HttpFront(HttpConfig config, Vertx vertx, HttpServer server, ExecutorService binding) {
        this.config = config;
        this.vertx = vertx;
        this.server = server;
        this.binding = binding;
    }

    /**
     * Starts to listen.
     *
     * @throws IOException when the address can't be taken
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
        var server = vertx.createHttpServer(new HttpServerOptions()
                        .setHost(config.host())
                        .setPort(config.port())
                        .setIdleTimeout((int) config.idle().toSeconds())
                        .setIdleTimeoutUnit(TimeUnit.SECONDS)
                        .setHandle100ContinueAutomatically(true))
                .requestHandler(routes::handle);
        var front = new HttpFront(config, vertx, server, binding);
        try {
            server.listen().toCompletionStage().toCompletableFuture().get(START.toSeconds(), TimeUnit.SECONDS);
            return front;
        } catch (ExecutionException | TimeoutException e) {
            front.close();
            var why = e.getCause() == null ? e : e.getCause();
            throw new IOException(why.getMessage() == null ? why.toString() : why.getMessage(), e);
        } catch (InterruptedException e) {
            front.close();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while starting to listen", e);
        }
    }

    public int port() {
        return server.actualPort();
    }

    /** Takes no more calls, lets those under way finish for a bounded time, and stops. */
    @Override
    public void close() {
        await(server.shutdown(config.drain().toMillis(), TimeUnit.MILLISECONDS));
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
