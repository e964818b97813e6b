package dev.busbar.translator.serve;

import dev.busbar.translator.batch.Batcher;
import dev.busbar.translator.decode.Interest;
import dev.busbar.translator.decode.Source;
import dev.busbar.translator.model.Translator;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server from start to end.
 *
 * <pre>
 * loading → listening, not ready → warm: ready → SIGTERM: lingering (not ready) → draining (new requests 503) → ended
 * </pre>
 */
public final class TranslatorServer {
    private static final Logger LOG = LoggerFactory.getLogger(TranslatorServer.class);

    /** ConfigMaps change by a link being moved, which no file watch tells reliably. */
    private static final long CONFIG_POLL_MILLIS = 1000;

    private final Start start;
    private final Models models;
    private final ServerMetrics metrics = new ServerMetrics();
    private final AtomicReference<ServeConfig> config;
    private final long batchBytes;
    private final Batcher batcher;
    private final Vertx vertx = Vertx.vertx();
    private final HttpFront http;
    private volatile boolean warm;
    private int port;
    private String lastConfig = "";

    /** What a server is started with. */
    public record Start(Path models, String host, int port, Optional<Path> config, int workers, MemoryBudget memory) {}

    private TranslatorServer(Start start, Function<Path, Translator> loading) throws IOException {
        this.start = start;
        ServeConfig initial = ServeConfig.DEFAULT;
        if (start.config().isPresent()) {
            initial = ServeConfig.read(start.config().get());
            lastConfig = Files.readString(start.config().get());
        }
        config = new AtomicReference<>(initial);
        models = Models.load(start.models(), loading);
        batchBytes = batchBytes();
        batcher = new Batcher(initial.batch(), start.workers(), bytesEach(), metrics);
        TextService service = new TextService(models, batcher);
        Routes routes = new Routes(
                new LibreTranslateApi(service, models),
                new DeepLApi(service),
                new OpenInferenceApi(service, models),
                metrics,
                () -> warm && !leaving());
        http = new HttpFront(vertx, routes, metrics, config::get);
        metrics.watch(batcher.load(), this::cacheUse);
        for (String name : models.names()) {
            Translator translator = models.named(name).orElseThrow();
            metrics.watch(name, translator, () -> batcher.currentMaxRows(translator));
        }
    }

    /** Loads, listens, prints where, warms up, and is ready; the process then lives until it is told to end. */
    public static TranslatorServer start(Start start, Function<Path, Translator> loading) throws IOException {
        TranslatorServer server = new TranslatorServer(start, loading);
        server.port = server.http.listen(start.host(), start.port());
        System.out.printf("listening on http://%s:%d%n", start.host(), server.port);
        server.warmUp();
        server.watchConfig();
        return server;
    }

    public int port() {
        return port;
    }

    private boolean leaving() {
        return http.isLeaving();
    }

    /** What is left for batches beside the weights of all models. */
    private long batchBytes() {
        long fixed = models.all().stream()
                .mapToLong(translator -> translator.memory().fixedBytes())
                .sum();
        long left = start.memory().bytes() - fixed;
        long row = models.all().stream()
                .mapToLong(translator -> translator.memory().sentenceBytes(64, 80, 1))
                .max()
                .orElse(0);
        if (left < row) {
            throw new IllegalArgumentException(
                    """
                    the memory given (%d MiB, %s) does not do: weights take %d MiB, one sentence of 64 tokens %d MiB
                    Maybe give more; translator plan says how much.\
                    """.formatted(start.memory().bytes() >> 20, start.memory().source(), fixed >> 20, row >> 20));
        }
        LOG.info(
                "memory: {} MiB ({}), weights {} MiB, batches {} MiB",
                start.memory().bytes() >> 20,
                start.memory().source(),
                fixed >> 20,
                left >> 20);
        return left;
    }

    /** Workers whose models are on different devices do not share those devices' memory. */
    private long bytesEach() {
        return batchBytes / Math.ceilDiv(start.workers(), copies());
    }

    private int copies() {
        return models.all().stream().mapToInt(Translator::copies).max().orElse(1);
    }

    private double cacheUse() {
        long row = models.all().stream()
                .mapToLong(translator -> translator.memory().sentenceBytes(32, 32, 1))
                .max()
                .orElse(0);
        return Math.min(1, (double) batcher.load().runningRows() * row / Math.max(1, batchBytes * copies()));
    }

    /** The largest batches the settings allow, of short and of long sentences: arenas get their final size here. */
    private void warmUp() {
        long begin = System.nanoTime();
        for (Translator translator : models.all()) {
            for (int length : new int[] {24, Math.min(translator.maxSourceTokens(), 256)}) {
                int rows = rows(translator, length);
                int[] ids = IntStream.generate(() -> translator.rules().ends()[0])
                        .limit(length)
                        .toArray();
                Source source = new Source(ids, new int[0], 4);
                for (int copy = 0; copy < translator.copies(); copy++) {
                    translator.searchAll(copy, Collections.nCopies(rows, source), 1, Interest.ALWAYS);
                }
            }
        }
        warm = true;
        LOG.info("ready after {} ms of warm-up", (System.nanoTime() - begin) / 1_000_000);
    }

    private int rows(Translator translator, int length) {
        int byTokens = config.get().batch().maxBatchTokens() / (2 * length);
        int byMemory = translator.memory().maxRows(bytesEach(), length, 1);
        return Math.max(1, Math.min(config.get().batch().maxRows(), Math.min(byTokens, byMemory)));
    }

    private void watchConfig() {
        start.config()
                .ifPresent(file -> vertx.setPeriodic(
                        CONFIG_POLL_MILLIS,
                        id -> Thread.ofVirtual().name("config").start(() -> reload(file))));
    }

    private synchronized void reload(Path file) {
        try {
            String text = Files.readString(file);
            if (text.equals(lastConfig)) {
                return;
            }
            lastConfig = text;
            ServeConfig changed = ServeConfig.parse(text);
            config.set(changed);
            batcher.change(changed.batch());
            metrics.reloaded();
            LOG.info("configuration taken: {}", changed);
        } catch (IOException | RuntimeException failure) {
            metrics.reloadRefused();
            LOG.error("{}: {}; the settings before it stay", file, failure.getMessage());
        }
    }

    /**
     * Says that it is not ready and goes on for as long as it lingers, so that whoever sends requests learns of it. Then
     * it refuses what is new, answers what was taken, and ends; false when the patience did not do.
     */
    public boolean stop(Duration linger, Duration patience) {
        http.leave();
        try {
            Thread.sleep(linger);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        long end = System.nanoTime() + patience.toNanos();
        http.drain();
        LOG.info("draining {} requests", http.inFlight());
        try {
            while (http.inFlight() > 0 && System.nanoTime() < end) {
                Thread.sleep(Duration.ofMillis(5));
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        boolean answered = http.inFlight() == 0;
        batcher.drain(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
        vertx.close().await();
        LOG.info(answered ? "all requests were answered" : "the time to drain was over");
        return answered;
    }
}
