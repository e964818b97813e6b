package dev.busbar.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.server.config.Config;
import dev.busbar.server.source.ClusterSource;
import dev.busbar.server.source.FixedCluster;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/** Starts servers, calls them, and stops them. */
final class Client implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Config ANY_PORT = Config.parse("listen: 127.0.0.1:0\nlimits: {body: 1Mi}");

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<Server> servers = new ArrayList<>();

    @Override
    public void close() {
        servers.forEach(Server::close);
        client.close();
    }

    Server serve(ClusterSource source) throws IOException {
        var server = Server.start(ANY_PORT, source);
        servers.add(server);
        return server;
    }

    Server serve(int nodes, int gpus) throws IOException {
        return serve(new FixedCluster(Asks.nodes(nodes, gpus)));
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.timeout(PATIENCE).build(), BodyHandlers.ofString());
    }

    static HttpRequest.Builder to(Server server, String path) {
        return HttpRequest.newBuilder(URI.create(server.address() + path));
    }

    String post(Server server, String verb, String body) throws IOException, InterruptedException {
        var answer = send(to(server, "/" + verb).POST(BodyPublishers.ofString(body)));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.headers().firstValueAsLong("content-length"))
                .hasValue(answer.body().getBytes(StandardCharsets.UTF_8).length);
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/json");
        return answer.body();
    }

    String get(Server server, String path) throws IOException, InterruptedException {
        return send(to(server, path).GET()).body();
    }

    CompletableFuture<HttpResponse<String>> sendLater(HttpRequest.Builder request) {
        return client.sendAsync(request.timeout(PATIENCE).build(), BodyHandlers.ofString());
    }

    /** Reads one answer with its Content-Length. */
    static String readAnswer(InputStream in) throws IOException {
        var text = new StringBuilder();
        while (text.indexOf("\r\n\r\n") < 0) {
            int b = in.read();
            assertThat(b).as("answer so far: %s", text).isNotEqualTo(-1);
            text.append((char) b);
        }
        var length = text.toString()
                .toLowerCase(Locale.ROOT)
                .lines()
                .filter(line -> line.startsWith("content-length:"))
                .findFirst()
                .orElseThrow();
        int bytes = Integer.parseInt(length.substring(length.indexOf(':') + 1).strip());
        return text + new String(in.readNBytes(bytes), StandardCharsets.UTF_8);
    }
}
