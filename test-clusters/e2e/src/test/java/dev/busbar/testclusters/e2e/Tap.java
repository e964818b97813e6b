package dev.busbar.testclusters.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/**
 * Stands between the scheduler and Busbar and passes everything on: it keeps the last scores given to each pod, and can
 * turn all scores over, so that a test that needs them can be seen to fail.
 */
final class Tap implements AutoCloseable {
    /** What becomes of a score on its way to the scheduler. */
    enum Scores {
        AS_THEY_ARE,
        INVERTED
    }

    private static final int HIGHEST = 10;
    private static final Pattern SCORE = Pattern.compile("\\{\"Host\":\"([^\"]+)\",\"Score\":(\\d+)}");
    private static final Pattern POD_NAME = Pattern.compile("\"metadata\":\\{\"name\":\"([^\"]+)\"");

    private final URI busbar;
    private final HttpServer server;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Map<String, Map<String, Integer>> scores = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> filters = new ConcurrentHashMap<>();
    private volatile Scores mode = Scores.AS_THEY_ARE;

    Tap(URI busbar) {
        this.busbar = busbar;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::pass);
        server.start();
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    void scores(Scores wanted) {
        mode = wanted;
    }

    /** What Busbar last gave each node for the pod. */
    Map<String, Integer> scoresOf(String pod) {
        return scores.getOrDefault(pod, Map.of());
    }

    /** How often the scheduler asked where the pod fits. */
    int filtersOf(String pod) {
        return filters.getOrDefault(pod, new AtomicInteger()).get();
    }

    private void pass(HttpExchange exchange) throws IOException {
        try (exchange) {
            var question = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            var path = exchange.getRequestURI().getPath();
            var answer = ask(path, question);
            if (path.endsWith("/filter")) {
                filters.computeIfAbsent(pod(question), _ -> new AtomicInteger()).incrementAndGet();
            }
            var bytes = (path.endsWith("/prioritize") ? noted(pod(question), answer) : answer)
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private String ask(String path, String question) throws IOException {
        try {
            var request = HttpRequest.newBuilder(busbar.resolve(path))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(question))
                    .build();
            return http.send(request, BodyHandlers.ofString()).body();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private String noted(String pod, String answer) {
        var given = new TreeMap<String, Integer>();
        SCORE.matcher(answer).results().forEach(r -> given.put(r.group(1), Integer.parseInt(r.group(2))));
        scores.put(pod, Map.copyOf(given));
        if (mode == Scores.AS_THEY_ARE) {
            return answer;
        }
        return SCORE.matcher(answer)
                .replaceAll(r ->
                        "{\"Host\":\"%s\",\"Score\":%d}".formatted(r.group(1), HIGHEST - Integer.parseInt(r.group(2))));
    }

    private static String pod(String question) {
        var name = POD_NAME.matcher(question);
        return name.find() ? name.group(1) : "";
    }

    @Override
    public void close() {
        server.stop(0);
        http.close();
    }
}
