package dev.busbar.testclusters.e2enode;

import dev.busbar.testclusters.ClusterException;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import tools.jackson.databind.json.JsonMapper;

/** Asks over HTTP, as anyone may who reaches a pod's address. */
final class Web implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int TRANSLATOR = 8080;

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();

    static URI at(Pod pod, int port, String path) {
        return URI.create("http://%s:%d%s".formatted(pod.getStatus().getPodIP(), port, path));
    }

    String get(URI url) throws IOException {
        return send(HttpRequest.newBuilder(url));
    }

    /** What a translator answers to an English text; throws when it does not. */
    String translate(Pod translator, String target, String text) {
        var form = "source=en&target=%s&q=%s".formatted(target, URLEncoder.encode(text, StandardCharsets.UTF_8));
        try {
            var answer = send(HttpRequest.newBuilder(at(translator, TRANSLATOR, "/translate"))
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(HttpRequest.BodyPublishers.ofString(form)));
            return JsonMapper.shared().readTree(answer).path("translatedText").asString();
        } catch (IOException e) {
            throw new ClusterException(
                    "%s gives no answer".formatted(translator.getMetadata().getName()), e);
        }
    }

    private String send(HttpRequest.Builder request) throws IOException {
        try {
            var answer = http.send(request.timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IOException("%s: %d %s".formatted(answer.uri(), answer.statusCode(), answer.body()));
            }
            return answer.body();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
