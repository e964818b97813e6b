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

/** A `busbar serve` of its own process on loopback, as a user starts it: the jar, with one port for life. */
public final class Busbar implements AutoCloseable {
    private static final Duration START = Duration.ofMinutes(2);
    private static final Duration CALL = Duration.ofSeconds(10);

    private final List<String> command;
    private final URI url;
    private final Path log;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CALL)
            .build();
    private Program program;

    private Busbar(List<String> command, URI url, Path log) {
        this.command = command;
        this.url = url;
        this.log = log;
        this.program = start();
    }

    /** Serves the cluster of a control plane. */
    public static Busbar serve(ControlPlane cluster) {
        return serve(cluster.logs(), "--kubeconfig", cluster.kubeconfig().toString());
    }

    /** Serves what the arguments say; its log goes to the folder. */
    public static Busbar serve(Path logs, String... arguments) {
        var port = FreePorts.take(1)[0];
        var command = new ArrayList<>(List.of(java(), "-Xmx512m", "-jar", jar().toString(), "serve"));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--listen", "127.0.0.1:" + port));
        return new Busbar(command, URI.create("http://127.0.0.1:" + port), logs.resolve("busbar.log"));
    }

    private static Path jar() {
        var jar = Repository.root().resolve("extender/app/target/busbar.jar");
        if (!Files.isRegularFile(jar)) {
            throw new ClusterException("""
                %s is missing.
                Maybe build it first: make build\
                """.formatted(jar));
        }
        return jar;
    }

    private static String java() {
        return ProcessHandle.current().info().command().orElse("java");
    }

    private Program start() {
        var started = Program.start("busbar serve", log, command);
        started.awaitReady(START, this::ready);
        return started;
    }

    private boolean ready() {
        try {
            var request =
                    HttpRequest.newBuilder(url.resolve("/readyz")).timeout(CALL).build();
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
            throw new ClusterException("busbar at %s does not answer; its log: %s".formatted(url, log), e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static ClusterException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new ClusterException("interrupted while waiting for busbar", e);
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
        program = start();
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
