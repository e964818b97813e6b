package dev.busbar.translator.serve;

import dev.busbar.translator.batch.Order;
import dev.busbar.translator.serve.Api.Call;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** The listening server: it takes bodies up to the limit, answers on virtual threads, and gives up what clients leave. */
final class HttpFront {
    private static final Logger LOG = LoggerFactory.getLogger(HttpFront.class);
    private static final String JSON = "application/json";

    private final Vertx vertx;
    private final Routes routes;
    private final ServerMetrics metrics;
    private final Supplier<ServeConfig> config;
    private final AtomicInteger inFlight = new AtomicInteger();
    private volatile boolean leaving;
    private volatile boolean draining;

    HttpFront(Vertx vertx, Routes routes, ServerMetrics metrics, Supplier<ServeConfig> config) {
        this.vertx = vertx;
        this.routes = routes;
        this.metrics = metrics;
        this.config = config;
    }

    /** Listens, and gives the port. */
    int listen(String host, int port) {
        HttpServer server = vertx.createHttpServer(new HttpServerOptions().setIdleTimeout(120))
                .requestHandler(this::receive);
        return server.listen(port, host).await().actualPort();
    }

    /** From now on every answer closes its connection, so that clients that keep theirs open go elsewhere too. */
    void leave() {
        leaving = true;
    }

    /** From now on new requests are refused; those that were taken go on. */
    void drain() {
        leaving = true;
        draining = true;
    }

    boolean isLeaving() {
        return leaving;
    }

    int inFlight() {
        return inFlight.get();
    }

    private void receive(HttpServerRequest request) {
        Exchange exchange = new Exchange(request);
        if (HttpMethod.POST.equals(request.method()) && draining) {
            exchange.fail(ApiError.draining());
            return;
        }
        if (exchange.declaredLength() > config.get().limits().bodyBytes()) {
            exchange.tooLarge();
            return;
        }
        exchange.begin();
    }

    /** One request on its way through the server. */
    private final class Exchange {
        private final HttpServerRequest request;
        private final Context context = vertx.getOrCreateContext();
        private final long start = System.nanoTime();
        private final Buffer body = Buffer.buffer();
        private final List<Order> orders = new CopyOnWriteArrayList<>();
        private boolean refused;
        private boolean counted;
        private final String path;

        Exchange(HttpServerRequest request) {
            this.request = request;
            path = Optional.ofNullable(request.path()).orElse("/");
        }

        long declaredLength() {
            String length = request.getHeader("Content-Length");
            try {
                return length == null ? 0 : Long.parseLong(length);
            } catch (NumberFormatException broken) {
                return 0;
            }
        }

        void begin() {
            counted = true;
            inFlight.incrementAndGet();
            int limit = config.get().limits().bodyBytes();
            request.response().closeHandler(closed -> {
                orders.forEach(Order::abandon);
                finished();
            });
            request.response().exceptionHandler(gone -> {});
            request.exceptionHandler(gone -> {});
            request.handler(chunk -> {
                if (body.length() + chunk.length() > limit) {
                    if (!refused) {
                        refused = true;
                        tooLarge();
                    }
                } else {
                    body.appendBuffer(chunk);
                }
            });
            request.endHandler(end -> {
                if (!refused) {
                    Thread.ofVirtual().name("request").start(this::answer);
                }
            });
        }

        void tooLarge() {
            // What follows on this connection is the rest of a body that nobody reads.
            closeAfterwards();
            fail(new ApiError(
                    413,
                    "the body is larger than %d bytes"
                            .formatted(config.get().limits().bodyBytes())));
        }

        private void closeAfterwards() {
            if (request.version() != HttpVersion.HTTP_2) {
                request.response().putHeader("Connection", "close");
            }
        }

        private void answer() {
            try {
                Call call = new Call(
                        body,
                        Optional.ofNullable(request.getHeader("Content-Type")).orElse(JSON),
                        Optional.ofNullable(request.getHeader("X-Request-Timeout")),
                        config.get().limits(),
                        orders::add);
                Routes.Answer answer = routes.answer(request.method().name(), path, call);
                context.runOnContext(ready -> send(answer.status(), answer.contentType(), answer.body()));
            } catch (ApiError error) {
                context.runOnContext(ready -> fail(error));
            } catch (RuntimeException | Error failure) {
                LOG.error("{} {} failed", request.method(), request.path(), failure);
                context.runOnContext(ready -> fail(new ApiError(500, "the server failed at this request")));
            }
        }

        void fail(ApiError error) {
            error.retryAfter()
                    .ifPresent(wait ->
                            request.response().putHeader("Retry-After", Long.toString(Math.max(1, wait.toSeconds()))));
            JsonNode body = Api.object(java.util.Map.of("error", error.getMessage()));
            send(error.status(), JSON, Buffer.buffer(body.toString()));
        }

        private void send(int status, String type, Buffer answer) {
            if (!request.response().closed() && !request.response().ended()) {
                if (leaving) {
                    closeAfterwards();
                }
                request.response()
                        .setStatusCode(status)
                        .putHeader("Content-Type", type)
                        .end(answer)
                        .onComplete(sent -> finished());
            }
            metrics.answered(Routes.name(path), status, Duration.ofNanos(System.nanoTime() - start));
        }

        /** Sent, or gone: whichever comes first. */
        private synchronized void finished() {
            if (counted) {
                counted = false;
                inFlight.decrementAndGet();
            }
        }
    }
}
