package dev.busbar.translator.command;

import dev.busbar.translator.model.Translator;
import dev.busbar.translator.serve.HeapReturn;
import dev.busbar.translator.serve.MemoryBudget;
import dev.busbar.translator.serve.TranslatorServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs the server until SIGTERM. */
@Command(
        name = "serve",
        description = "Serves every model folder below a folder over HTTP.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example: translator serve --models models --listen 127.0.0.1:8080"})
@SuppressWarnings("NullAway.Init") // filled by picocli
final class ServeCommand implements Callable<Integer> {
    @Option(
            names = "--models",
            required = true,
            paramLabel = "DIR",
            description = "holds one folder per direction, named like en-zh")
    private Path models;

    @Option(
            names = "--listen",
            defaultValue = "127.0.0.1:8080",
            paramLabel = "HOST:PORT",
            description = "default: ${DEFAULT-VALUE}; port 0 = any")
    private String listen;

    @Option(names = "--config", paramLabel = "FILE", description = "settings that may change while the server runs")
    private Optional<Path> config;

    @Option(names = "--workers", defaultValue = "0", description = "batches at once; default: one per processor")
    private int workers;

    @Option(
            names = "--memory",
            paramLabel = "AMOUNT",
            description = "what the models may take, like 8Gi; default: what was given")
    private Optional<String> memory;

    @Option(
            names = "--linger",
            defaultValue = "0",
            paramLabel = "SECONDS",
            description =
                    "to go on on SIGTERM while not ready, so that proxies look elsewhere; default: ${DEFAULT-VALUE}")
    private int lingerSeconds;

    @Option(
            names = "--drain",
            defaultValue = "25",
            paramLabel = "SECONDS",
            description = "to answer what was taken, after that; default: ${DEFAULT-VALUE}")
    private int drainSeconds;

    @Mixin
    private LoadOptions load;

    @Override
    public Integer call() throws IOException, InterruptedException {
        int colon = listen.lastIndexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("--listen (%s) must be HOST:PORT".formatted(listen));
        }
        int copies = load.places().size();
        int threads =
                workers > 0 ? workers : Math.max(copies, Runtime.getRuntime().availableProcessors());
        if (threads < copies) {
            throw new IllegalArgumentException(
                    "--workers (%d) must be at least as many as the devices of --gpu (%d)".formatted(threads, copies));
        }
        TranslatorServer server = TranslatorServer.start(
                new TranslatorServer.Start(
                        models,
                        listen.substring(0, colon),
                        Integer.parseInt(listen.substring(colon + 1)),
                        config,
                        threads,
                        MemoryBudget.find(memory)),
                folder -> Translator.load(folder, load.precisions(), load.settings(), load.places()));
        HeapReturn.whenIdle();
        // The virtual machine would end with 143 after its hooks; a drained server has done all it should: 0.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            boolean answered = server.stop(Duration.ofSeconds(lingerSeconds), Duration.ofSeconds(drainSeconds));
            Runtime.getRuntime().halt(answered ? 0 : 1);
        }));
        new CountDownLatch(1).await();
        return 0;
    }
}
