package dev.busbar.translator.command;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.json.JsonMapper;

/** Requests that come at random times of a given mean rate, as from many users who do not know of each other. */
final class OpenLoop {
    private static final int OK = 200;
    private static final int REFUSED = 429;

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI server;
    private final List<String> texts;
    private final String from;
    private final String to;

    OpenLoop(URI server, List<String> texts, String from, String to) {
        this.server = server;
        this.texts = texts;
        this.from = from;
        this.to = to;
    }

    /** How a rate went; latencies count from when a request was due, not from when it could be sent. */
    record Outcome(
            double seconds,
            int ok,
            int refused,
            int other,
            double p50Millis,
            double p99Millis,
            double p99RefusedMillis,
            double meanBatch) {}

    private record Reply(int status, long nanos) {}

    Outcome run(double rate, Duration time) throws IOException, InterruptedException {
        SplittableRandom random = new SplittableRandom(1);
        List<CompletableFuture<Reply>> replies = new ArrayList<>();
        double rowsBefore = metric("translator_batch_rows_sum");
        double batchesBefore = metric("translator_batch_rows_count");
        long start = System.nanoTime();
        long due = start;
        for (int i = 0; due - start < time.toNanos(); i++) {
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            replies.add(send(texts.get(i % texts.size()), due));
            due += (long) (-Math.log(1 - random.nextDouble()) / rate * 1e9);
        }
        List<Reply> all = replies.stream().map(CompletableFuture::join).toList();
        double seconds = (System.nanoTime() - start) / 1e9;
        double batches = metric("translator_batch_rows_count") - batchesBefore;
        double rows = metric("translator_batch_rows_sum") - rowsBefore;
        int ok = count(all, OK);
        int refused = count(all, REFUSED);
        return new Outcome(
                seconds,
                ok,
                refused,
                all.size() - ok - refused,
                quantile(all, OK, 0.5),
                quantile(all, OK, 0.99),
                quantile(all, REFUSED, 0.99),
                rows / Math.max(1, batches));
    }

    private CompletableFuture<Reply> send(String text, long due) {
        String body = JsonMapper.shared()
                .createObjectNode()
                .put("q", text)
                .put("source", from)
                .put("target", to)
                .toString();
        HttpRequest request = HttpRequest.newBuilder(server.resolve("/translate"))
                .header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(60))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return client.sendAsync(request, HttpResponse.BodyHandlers.discarding())
                .handle((answer, failure) ->
                        new Reply(failure == null ? answer.statusCode() : 0, System.nanoTime() - due));
    }

    private double metric(String name) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(server.resolve("/metrics")).build();
        return client.send(request, HttpResponse.BodyHandlers.ofString())
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElse(0);
    }

    private static int count(List<Reply> replies, int status) {
        return (int) replies.stream().filter(reply -> reply.status() == status).count();
    }

    private static double quantile(List<Reply> replies, int status, double share) {
        double[] sorted = replies.stream()
                .filter(reply -> reply.status() == status)
                .mapToDouble(reply -> reply.nanos() / 1e6)
                .sorted()
                .toArray();
        return sorted.length == 0 ? Double.NaN : sorted[(int) Math.min(sorted.length - 1, share * sorted.length)];
    }
}
