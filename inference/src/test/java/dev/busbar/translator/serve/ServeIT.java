package dev.busbar.translator.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.translator.TinyModel;
import dev.busbar.translator.TinyModel.Layout;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged jar as a process of its own. */
class ServeIT {
    private static final Path JAR = Path.of("target/translator.jar").toAbsolutePath();
    private static final Duration DRAIN = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    @SuppressWarnings("NullAway.Init")
    private Process process;

    @SuppressWarnings("NullAway.Init")
    private String url;

    @BeforeEach
    void start() throws IOException {
        TinyModel.marian(folder.resolve("models/en-de"), Layout.MERGED, 1);
        Files.writeString(folder.resolve("settings.yaml"), "batch:\n  maxRows: 4\n");
        process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-jar",
                        JAR.toString(),
                        "serve",
                        "--models",
                        folder.resolve("models").toString(),
                        "--listen",
                        "127.0.0.1:0",
                        "--config",
                        folder.resolve("settings.yaml").toString(),
                        "--drain",
                        Long.toString(DRAIN.toSeconds()))
                .directory(folder.toFile())
                .redirectError(folder.resolve("log").toFile())
                .start();
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        url = out.readLine().replaceFirst("^listening on ", "");
        assertThat(url).startsWith("http://127.0.0.1:");
        await(() -> get("/ready").statusCode() == 200);
    }

    @AfterEach
    void stop() {
        process.destroyForcibly();
    }

    @Test
    void on_sigterm_every_request_taken_is_answered_and_the_process_ends_well() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        List<CompletableFuture<Integer>> answers = new ArrayList<>();
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        for (int i = 0; i < 200; i++) {
            answers.add(client.sendAsync(translate(), HttpResponse.BodyHandlers.ofString())
                    .thenApply(HttpResponse::statusCode)
                    .whenComplete((status, failure) -> first.countDown()));
        }
        assertThat(first.await(60, TimeUnit.SECONDS)).isTrue();

        process.toHandle().destroy();

        assertThat(process.waitFor(DRAIN.toSeconds() + 10, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        // Translated, refused in so many words, or never taken: nothing else.
        assertThat(answers).allSatisfy(answer -> assertThat(outcome(answer)).isIn(200, 503, -1));
        assertThat(answers.stream().filter(answer -> outcome(answer) == 200)).isNotEmpty();
        assertThat(Files.readString(folder.resolve("log"))).contains("all requests were answered");
    }

    @Test
    void a_changed_settings_file_is_taken_and_a_broken_one_is_not() throws Exception {
        Files.writeString(folder.resolve("settings.yaml"), "batch:\n  maxRows: 7\n");
        await(() -> metric("translator_batch_max_rows").equals("7.0"));

        Files.writeString(folder.resolve("settings.yaml"), "batch:\n  maxRow: 9\n");
        await(() ->
                metric("translator_config_reloads_total{outcome=\"refused\"}").equals("1.0"));

        assertThat(metric("translator_batch_max_rows")).isEqualTo("7.0");
        assertThat(Files.readString(folder.resolve("log"))).contains("batch.maxRow is not a known key");
    }

    private static int outcome(CompletableFuture<Integer> answer) {
        try {
            return answer.join();
        } catch (CompletionException failure) {
            // The port is closed, or the server closed the connection before it took the request.
            return failure.getCause() instanceof IOException ? -1 : -2;
        }
    }

    private String metric(String name) throws IOException, InterruptedException {
        return get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name))
                .findFirst()
                .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                .orElse("");
    }

    private HttpRequest translate() {
        return HttpRequest.newBuilder(URI.create(url + "/translate"))
                .timeout(Duration.ofSeconds(90))
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"q\": \"one two three four five six.\", \"source\": \"en\", \"target\": \"de\"}"))
                .build();
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(url + path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private interface Condition {
        boolean holds() throws IOException, InterruptedException;
    }

    private static void await(Condition condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        try {
            while (!condition.holds()) {
                assertThat(System.nanoTime()).as("time to wait").isLessThan(end);
                Thread.onSpinWait();
            }
        } catch (IOException | InterruptedException failure) {
            throw new AssertionError(failure);
        }
    }
}
