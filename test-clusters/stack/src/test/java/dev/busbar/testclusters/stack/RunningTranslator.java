package dev.busbar.testclusters.stack;

import dev.busbar.testclusters.Program;
import dev.busbar.testclusters.Repository;
import io.fabric8.kubernetes.api.model.Container;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A translator's container as its manifest says (arguments, options, share), as a process on the demo model, beside a
 * stand-in for the GPU driver. No GPU is there, so it computes on the processor.
 */
final class RunningTranslator implements AutoCloseable {
    private static final Duration START = Duration.ofMinutes(2);
    private static final Pattern LISTENING = Pattern.compile("listening on (http\\S+)");

    private final HttpClient http = HttpClient.newHttpClient();
    private final Program program;
    private final URI url;

    private RunningTranslator(Program program, URI url) {
        this.program = program;
        this.url = url;
    }

    static RunningTranslator start(Container container, Path settings, StandInGpus gpus, Path log) {
        var command = new ArrayList<String>();
        command.add("env");
        command.add("LD_LIBRARY_PATH=" + gpus.folder());
        container.getEnv().stream()
                .filter(variable -> variable.getValue() != null)
                .forEach(variable -> command.add(variable.getName() + "=" + variable.getValue()));
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(List.of(
                "-jar",
                Repository.root().resolve("inference/target/translator.jar").toString()));
        for (var argument : container.getArgs()) {
            if (!argument.startsWith("--gpu")) {
                command.add(argument.replace("/etc/translator/settings.yaml", settings.toString())
                        .replace("=/models", "=" + Repository.root().resolve("inference/demo-model"))
                        .replace("=0.0.0.0:8080", "=127.0.0.1:0"));
            }
        }
        var program = Program.start("translator", log, command);
        program.awaitReady(START, () -> LISTENING.matcher(said(log)).find());
        var url = LISTENING.matcher(said(log));
        if (!url.find()) {
            throw new IllegalStateException("it listens nowhere");
        }
        var translator = new RunningTranslator(program, URI.create(url.group(1)));
        program.awaitReady(START, () -> translator.status("/ready") == 200);
        return translator;
    }

    private static String said(Path log) {
        try {
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    URI url() {
        return url;
    }

    int status(String path) {
        return send(HttpRequest.newBuilder(url.resolve(path)));
    }

    int translate(String text) {
        return send(HttpRequest.newBuilder(url.resolve("/translate"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "source=en&target=de&q=" + URLEncoder.encode(text, StandardCharsets.UTF_8))));
    }

    /** What it holds by nothing but a weak reference is gone after this. */
    void collectGarbage() throws IOException, InterruptedException {
        var java = Path.of(ProcessHandle.current().info().command().orElse("java"));
        var collect = List.of(java.resolveSibling("jcmd").toString(), Long.toString(program.pid()), "GC.run");
        int code = new ProcessBuilder(collect).inheritIO().start().waitFor();
        if (code != 0) {
            throw new IllegalStateException("jcmd ended with %d".formatted(code));
        }
    }

    private int send(HttpRequest.Builder request) {
        try {
            return http.send(request.timeout(START).build(), BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    @Override
    public void close() {
        http.close();
        program.kill();
    }
}
