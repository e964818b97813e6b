package dev.busbar.agent.publish;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The API server over the JDK's own HTTP client: three objects do not pay for a client library, which would double what
 * this process needs of a node.
 */
public final class ApiServer implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final ApiAccess access;
    private final Duration timeout;
    private final HttpClient client;

    private ApiServer(ApiAccess access, Duration timeout) {
        this.access = access;
        this.timeout = timeout;
        this.client = HttpClient.newBuilder()
                .sslContext(access.tls())
                .connectTimeout(timeout)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    /** By the file, else as the pod we run in; throws {@link IllegalArgumentException} when neither can be. */
    public static ApiServer connect(Optional<Path> kubeconfig) {
        return connect(kubeconfig, TIMEOUT);
    }

    static ApiServer connect(Optional<Path> kubeconfig, Duration timeout) {
        return new ApiServer(ApiAccess.of(kubeconfig), timeout);
    }

    /** An HTTP answer; code 0 when there was none, and the body then says why. */
    record Reply(int code, String body) {
        String reason() {
            return code == 0 ? body : "HTTP %d %s".formatted(code, body.substring(0, Math.min(body.length(), 200)));
        }
    }

    Reply get(String path) {
        return send(path, "GET", "application/json", "");
    }

    Reply send(String path, String method, String contentType, String body) {
        try {
            var request = request(path)
                    .timeout(timeout)
                    .header("Content-Type", contentType)
                    .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                    .build();
            return answered(client.sendAsync(request, BodyHandlers.ofString()));
        } catch (IOException e) {
            return new Reply(0, "no answer from %s: %s".formatted(access.server(), e));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return new Reply(0, "interrupted");
        }
    }

    /** The request's own time-out ends with the headers; this one counts the body in. */
    private Reply answered(CompletableFuture<HttpResponse<String>> sent) throws IOException, InterruptedException {
        try {
            var response = sent.get(2 * timeout.toMillis(), TimeUnit.MILLISECONDS);
            return new Reply(response.statusCode(), response.body());
        } catch (TimeoutException e) {
            sent.cancel(true);
            throw new IOException("its answer does not end", e);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause() == null ? e : e.getCause());
        }
    }

    /** The lines of a watch; the caller closes the stream. */
    InputStream watch(String path) throws IOException, InterruptedException {
        var response = client.send(request(path).timeout(timeout).build(), BodyHandlers.ofInputStream());
        if (response.statusCode() != 200) {
            response.body().close();
            throw new IOException("HTTP " + response.statusCode());
        }
        return response.body();
    }

    private HttpRequest.Builder request(String path) throws IOException {
        var builder = HttpRequest.newBuilder(access.server().resolve(path)).header("Accept", "application/json");
        access.token().now().ifPresent(token -> builder.header("Authorization", "Bearer " + token));
        return builder;
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
