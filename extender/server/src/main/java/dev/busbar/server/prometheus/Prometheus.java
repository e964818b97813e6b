package dev.busbar.server.prometheus;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The query API of a Prometheus; each answer is bounded in time and length. */
final class Prometheus implements AutoCloseable {
    private static final int SHOWN = 200;
    private static final Pattern TOKEN = Pattern.compile("[!-~]+");

    private final PrometheusConfig config;
    private String believed = "";
    private HttpClient client;

    Prometheus(PrometheusConfig config) {
        this.config = config;
        this.client = builder().build();
    }

    private HttpClient.Builder builder() {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(config.timeout());
    }

    /** One series of an answer at the moment of the question. */
    record Series(Map<String, String> labels, double value) {
        String label(String name) {
            return labels.getOrDefault(name, "");
        }
    }

    /**
     * Asks for the present values of an expression.
     *
     * @throws IOException with a readable reason when there is no answer that makes sense
     */
    List<Series> query(String expression) throws IOException, InterruptedException {
        var body = body(expression);
        try {
            var answer = JsonMapper.shared().readTree(body);
            if (!answer.path("status").asString("").equals("success")) {
                throw new IOException(
                        "it answered: " + shown(answer.path("error").asString("no vector")));
            }
            return series(answer.path("data").path("result"));
        } catch (JacksonException e) {
            throw new IOException("its answer is no JSON", e);
        }
    }

    private byte[] body(String expression) throws IOException, InterruptedException {
        var query = "/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8);
        var base = config.url().endsWith("/")
                ? config.url().substring(0, config.url().length() - 1)
                : config.url();
        var request = HttpRequest.newBuilder(URI.create(base + query)).timeout(config.timeout());
        if (!config.tokenFile().isEmpty()) {
            request.header("Authorization", "Bearer " + token());
        }
        var sent = client().sendAsync(
                        request.build(), BodyHandlers.limiting(BodyHandlers.ofByteArray(), config.answerBytes()));
        try {
            // The request's own time-out ends with the headers; this one counts the body in.
            return success(sent.get(config.timeout().toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            sent.cancel(true);
            throw new IOException(
                    "it did not answer within %d ms".formatted(config.timeout().toMillis()), e);
        } catch (ExecutionException e) {
            var cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(cause.getMessage() == null ? cause.toString() : cause.getMessage(), e);
        }
    }

    /** One that believes who stands in the file now: token and authority are renewed where they lie. */
    private HttpClient client() throws IOException {
        var authority = config.caFile().isEmpty() ? "" : text("caFile", config.caFile());
        if (!authority.equals(believed)) {
            var tls = Authority.trusted(authority);
            client.shutdownNow();
            client = builder().sslContext(tls).build();
            believed = authority;
        }
        return client;
    }

    private String token() throws IOException {
        var token = text("tokenFile", config.tokenFile());
        if (!TOKEN.matcher(token).matches()) {
            throw new IOException("prometheus.tokenFile (%s) holds no bearer token".formatted(config.tokenFile()));
        }
        return token;
    }

    private static String text(String key, String file) throws IOException {
        try {
            return Files.readString(Path.of(file)).strip();
        } catch (IOException e) {
            throw new IOException("prometheus.%s (%s) can't be read".formatted(key, file), e);
        }
    }

    private static byte[] success(HttpResponse<byte[]> answer) throws IOException {
        // What is wrong with a question stands in the body of a 400 or 422.
        if (answer.statusCode() / 100 == 2 || answer.statusCode() == 400 || answer.statusCode() == 422) {
            return answer.body();
        }
        throw new IOException("it answered with status " + answer.statusCode());
    }

    private static String shown(String text) {
        return text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
    }

    private static List<Series> series(JsonNode result) {
        var all = new ArrayList<Series>();
        for (var entry : result) {
            var labels = new HashMap<String, String>();
            entry.path("metric")
                    .properties()
                    .forEach(
                            label -> labels.put(label.getKey(), label.getValue().asString("")));
            number(entry.path("value").path(1).asString("")).ifPresent(value -> all.add(new Series(labels, value)));
        }
        return all;
    }

    private static OptionalDouble number(String text) {
        try {
            double number = Double.parseDouble(text);
            return Double.isFinite(number) ? OptionalDouble.of(number) : OptionalDouble.empty();
        } catch (NumberFormatException e) {
            return OptionalDouble.empty();
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
