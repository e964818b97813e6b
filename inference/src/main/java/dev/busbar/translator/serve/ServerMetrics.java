package dev.busbar.translator.serve;

import dev.busbar.translator.batch.BatchEvents;
import dev.busbar.translator.batch.Load;
import dev.busbar.translator.model.MemoryEstimate;
import dev.busbar.translator.model.Translator;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;

/** What the server counts; names, units and meanings stand in docs/translator.md. */
final class ServerMetrics implements BatchEvents {
    private static final Duration[] LATENCIES = {
        Duration.ofMillis(5), Duration.ofMillis(10), Duration.ofMillis(25), Duration.ofMillis(50),
        Duration.ofMillis(100), Duration.ofMillis(250), Duration.ofMillis(500), Duration.ofSeconds(1),
        Duration.ofMillis(2500), Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(30)
    };
    private static final double[] ROWS = {1, 2, 4, 8, 16, 32, 64, 128, 256};
    private static final long PAGE = 4096;

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Timer latency = Timer.builder("translator.inference.latency")
            .description("from a request's arrival to its answer, of those that were translated")
            .serviceLevelObjectives(LATENCIES)
            .register(registry);
    private final Timer queue = Timer.builder("translator.queue.time")
            .description("how long a sentence waited for its batch")
            .serviceLevelObjectives(LATENCIES)
            .register(registry);
    private final Timer batchTime = Timer.builder("translator.batch.time")
            .description("how long a batch ran")
            .serviceLevelObjectives(LATENCIES)
            .register(registry);
    private final DistributionSummary rows = DistributionSummary.builder("translator.batch.rows")
            .description("sentences in a batch")
            .serviceLevelObjectives(ROWS)
            .register(registry);
    private final Counter sourceTokens = tokens("source");
    private final Counter targetTokens = tokens("target");
    private final Counter outOfMemory = Counter.builder("translator.out.of.memory")
            .description("batches that ran out of memory and were done again in halves")
            .register(registry);
    private final Counter reloads = reloads("taken");
    private final Counter reloadFailures = reloads("refused");

    private Counter tokens(String side) {
        return Counter.builder("translator.tokens")
                .description("tokens read and written")
                .tag("side", side)
                .register(registry);
    }

    private Counter reloads(String outcome) {
        return Counter.builder("translator.config.reloads")
                .description("changes of the configuration file")
                .tag("outcome", outcome)
                .register(registry);
    }

    void watch(Load load, Supplier<Double> cacheUse) {
        gauge("translator.requests.waiting", "requests of which no sentence has begun", load::waitingRequests);
        gauge("translator.requests.running", "requests being translated", load::runningRequests);
        gauge("translator.rows.running", "sentences in batches that run", load::runningRows);
        gauge("translator.tokens.waiting", "tokens that wait, read and to be written", load::waitingTokens);
        gauge(
                "translator.kv.cache.usage.ratio",
                "share of the batches' memory that running batches may take",
                cacheUse::get);
        gauge("translator.memory.measured.bytes", "resident memory of the process", ServerMetrics::residentBytes);
        Devices.find()
                .ifPresent(devices -> devices.forEach(device -> {
                    Gauge.builder("translator.device.utilization.ratio", device, Devices.Device::utilization)
                            .description("share of the last sample in which the device computed")
                            // Nobody else holds the device: without this it is gone with the next garbage collection.
                            .strongReference(true)
                            .tag("device", Integer.toString(device.index()))
                            .register(registry);
                    Gauge.builder("translator.device.memory.used.bytes", device, Devices.Device::usedBytes)
                            .description("memory in use on the device, of all processes")
                            .strongReference(true)
                            .tag("device", Integer.toString(device.index()))
                            .register(registry);
                }));
    }

    void watch(String model, Translator translator, Supplier<Number> maxRows) {
        MemoryEstimate memory = translator.memory();
        estimated(model, "weights", memory.weightBytes());
        estimated(model, "constant", memory.constantBytes());
        estimated(model, "row", memory.sentenceBytes(64, 64, 1));
        Gauge.builder("translator.batch.max.rows", () -> maxRows.get().doubleValue())
                .description("rows a batch may have at present; halved when memory ran out")
                .tag("model", model)
                .register(registry);
    }

    private void estimated(String model, String part, long bytes) {
        Gauge.builder("translator.gpu.memory.estimated.bytes", () -> bytes)
                .description("memory by the formula of translator plan; a row has 64 tokens each way")
                .tag("model", model)
                .tag("part", part)
                .register(registry);
    }

    private void gauge(String name, String description, Supplier<Number> value) {
        Gauge.builder(name, () -> value.get().doubleValue())
                .description(description)
                .register(registry);
    }

    private static long residentBytes() {
        try {
            return Long.parseLong(Files.readString(Path.of("/proc/self/statm")).split(" ", 3)[1]) * PAGE;
        } catch (IOException | RuntimeException notHere) {
            return 0;
        }
    }

    void answered(String route, int status, Duration took) {
        Counter.builder("translator.http.responses")
                .description("answers by route and status")
                .tag("route", route)
                .tag("status", Integer.toString(status))
                .register(registry)
                .increment();
        if (status == 200 && Api.isTranslation(route)) {
            latency.record(took);
        }
    }

    void reloaded() {
        reloads.increment();
    }

    void reloadRefused() {
        reloadFailures.increment();
    }

    @Override
    public void batchDone(int count, int read, int written, Duration took) {
        rows.record(count);
        sourceTokens.increment(read);
        targetTokens.increment(written);
        batchTime.record(took);
    }

    @Override
    public void waited(Duration time) {
        queue.record(time);
    }

    @Override
    public void ranOutOfMemory(int count) {
        outOfMemory.increment();
    }

    String scrape() {
        return registry.scrape();
    }
}
