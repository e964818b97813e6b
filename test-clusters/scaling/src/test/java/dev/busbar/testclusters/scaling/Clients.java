package dev.busbar.testclusters.scaling;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Clients that ask for translations one after the other and never twice: half keep their connection, half do not. */
final class Clients implements AutoCloseable {
    private static final Duration BETWEEN = Duration.ofMillis(40);
    private static final String BODY = """
        {"q": "We must open a suitcase before 12:45.", "source": "en", "target": "de"}\
        """;

    private final URI server;
    private final AtomicInteger answered = new AtomicInteger();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean ended;

    Clients(URI server, int count) {
        this.server = server;
        for (int i = 0; i < count; i++) {
            threads.add(Thread.ofVirtual().start(i % 2 == 0 ? this::keepOneConnection : this::connectEachTime));
        }
    }

    int answered() {
        return answered.get();
    }

    /** What each request got that was not answered with 200. */
    List<String> failures() {
        return List.copyOf(failures);
    }

    private void keepOneConnection() {
        try (var http = client()) {
            while (!ended) {
                ask(http);
            }
        }
    }

    private void connectEachTime() {
        while (!ended) {
            try (var http = client()) {
                ask(http);
            }
        }
    }

    private static HttpClient client() {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    }

    private void ask(HttpClient http) {
        try {
            var request = HttpRequest.newBuilder(server.resolve("/translate"))
                    .timeout(Duration.ofSeconds(60))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(BODY))
                    .build();
            var answer = http.send(request, BodyHandlers.ofString());
            if (answer.statusCode() == 200) {
                answered.incrementAndGet();
            } else {
                failures.add("%d %s".formatted(answer.statusCode(), answer.body()));
            }
        } catch (IOException e) {
            failures.add(e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            ended = true;
        }
        LockSupport.parkNanos(BETWEEN.toNanos());
    }

    /** Returns when the last request has its answer. */
    void finish() {
        ended = true;
        for (var thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        finish();
    }
}
