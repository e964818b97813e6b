package dev.busbar.translator.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Sends requests at given rates whether or not earlier ones are answered, and says how long answers took. */
@Command(
        name = "drive",
        description = "Loads a running server at fixed rates (open loop) and reports latencies.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Example: translator drive --url http://127.0.0.1:8080 --sentences lines.txt --to de --rates 20,40,80"
        })
@SuppressWarnings("NullAway.Init") // filled by picocli
final class DriveCommand implements Callable<Integer> {
    @Option(names = "--url", required = true, description = "the server")
    private URI url;

    @Option(names = "--sentences", required = true, paramLabel = "FILE", description = "one text per line")
    private Path sentences;

    @Option(names = "--from", defaultValue = "en", description = "default: ${DEFAULT-VALUE}")
    private String from;

    @Option(names = "--to", required = true, description = "target language")
    private String to;

    @Option(names = "--rates", required = true, split = ",", description = "requests per second, one after the other")
    private List<Double> rates;

    @Option(names = "--seconds", defaultValue = "10", description = "at each rate; default: ${DEFAULT-VALUE}")
    private int seconds;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<String> texts = Files.readAllLines(sentences).stream()
                .filter(line -> !line.isBlank())
                .toList();
        PrintWriter out = spec.commandLine().getOut();
        out.printf(
                "%9s %9s %8s %8s %8s %8s %8s %8s %8s%n",
                "rate/s", "done/s", "ok", "429", "other", "p50 ms", "p99 ms", "p99 429", "batch");
        for (double rate : rates) {
            OpenLoop.Outcome outcome = new OpenLoop(url, texts, from, to).run(rate, Duration.ofSeconds(seconds));
            out.printf(
                    "%9.1f %9.1f %8d %8d %8d %8.0f %8.0f %8.0f %8.1f%n",
                    rate,
                    outcome.ok() / outcome.seconds(),
                    outcome.ok(),
                    outcome.refused(),
                    outcome.other(),
                    outcome.p50Millis(),
                    outcome.p99Millis(),
                    outcome.p99RefusedMillis(),
                    outcome.meanBatch());
            out.flush();
        }
        return 0;
    }
}
