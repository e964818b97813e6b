package dev.busbar.testclusters;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;

/** A jar of ours that serves HTTP in a process of its own on loopback, as a user starts it, with one port for life. */
public abstract sealed class ServedJar implements AutoCloseable permits Busbar, Translator {
    private static final Duration START = Duration.ofMinutes(2);
    private static final Duration CALL = Duration.ofSeconds(10);

    private final String name;
    private final String readiness;
    private final List<String> command;
    private final URI url;
    private final Path log;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CALL)
            .build();
    private Program program;

    /** Starts {@code java …javaAndJar serve …arguments}, and returns when its readiness path answers 200. */
    ServedJar(String name, String readiness, List<String> javaAndJar, List<String> arguments, Path logs) {
        var port = FreePorts.take(1)[0];
        this.name = name;
        this.readiness = readiness;
        this.command = new ArrayList<>(List.of(java()));
        command.addAll(javaAndJar);
        command.add("serve");
        command.addAll(arguments);
        command.addAll(List.of("--listen", "127.0.0.1:" + port));
        this.url = URI.create("http://127.0.0.1:" + port);
        this.log = logs.resolve(name + ".log");
        this.program = launch();
    }

    /** A jar of this checkout, by its path from the root. */
    static String jar(String path) {
        var jar = Repository.root().resolve(path);
        if (!Files.isRegularFile(jar)) {
            throw new ClusterException("""
                %s is missing.
                Maybe build it first: make build\
                """.formatted(jar));
        }
        return jar.toString();
    }

    static String java() {
        return ProcessHandle.current().info().command().orElse("java");
    }

    private Program launch() {
        var started = Program.start(name, log, command);
        started.awaitReady(START, this::ready);
        return started;
    }

    /** Whether it says so. */
    public boolean ready() {
        try {
            var request =
                    HttpRequest.newBuilder(url.resolve(readiness)).timeout(CALL).build();
            return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    public URI url() {
        return url;
    }

    public Path log() {
        return log;
    }

    /** What it answers to a GET. */
    public String get(String path) {
        return send(HttpRequest.newBuilder(url.resolve(path)));
    }

    /** What it answers to a POST of JSON. */
    public String post(String path, String json) {
        return send(HttpRequest.newBuilder(url.resolve(path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    private String send(HttpRequest.Builder request) {
        try {
            var answer = http.send(request.timeout(CALL).build(), BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new ClusterException(
                        "%s answered %d: %s".formatted(answer.uri(), answer.statusCode(), answer.body()));
            }
            return answer.body();
        } catch (IOException e) {
            throw new ClusterException("%s at %s does not answer; its log: %s".formatted(name, url, log), e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private ClusterException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new ClusterException("interrupted while waiting for " + name, e);
    }

    /** The value of a metric, summed over all its series that carry the label text (such as {@code verb="filter"}). */
    public OptionalDouble metric(String name, String label) {
        var values = get("/metrics")
                .lines()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .filter(line -> line.contains(label))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .toArray();
        return values.length == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(DoubleStream.of(values).sum());
    }

    /** Ends it as a crash would (SIGKILL). */
    public void kill() {
        program.kill();
    }

    /** Starts it again on the same port after it ended. */
    public void restart() {
        program = launch();
    }

    /** Asks it to end (SIGTERM) and returns its exit status. */
    public int stop() {
        return program.stop();
    }

    @Override
    public void close() {
        http.close();
        program.close();
    }
}
