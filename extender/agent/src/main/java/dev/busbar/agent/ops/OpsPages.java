package dev.busbar.agent.ops;

import dev.busbar.agent.publish.CountedCluster;
import dev.busbar.files.gputopology.Health;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.function.Supplier;

/** The pages for probes and for Prometheus; the metrics' meanings stand in docs/agent.md. */
public final class OpsPages {

    /** A look that waits for a driver, a kubelet and an API server that all hang takes about a minute. */
    static final Duration STUCK = Duration.ofMinutes(2);

    private final Supplier<Vitals> vitals;
    private final CountedCluster writes;
    private final InstantSource clock;

    public OpsPages(Supplier<Vitals> vitals, CountedCluster writes, InstantSource clock) {
        this.vitals = vitals;
        this.writes = writes;
        this.clock = clock;
    }

    /** An answer of HTTP: plain text and a status. */
    record Answer(int status, String text) {}

    Answer at(String path) {
        var now = clock.instant();
        return switch (path) {
            case "/healthz" -> healthy(vitals.get(), now);
            case "/readyz" -> ready(vitals.get());
            case "/metrics" -> new Answer(200, metrics(vitals.get(), now));
            default -> new Answer(404, "nothing answers %s%n".formatted(path));
        };
    }

    private static Answer healthy(Vitals vitals, Instant now) {
        var since = vitals.sinceLook(now);
        return since.compareTo(STUCK) < 0
                ? new Answer(200, "ok\n")
                : new Answer(503, "the last look at the node ended %d s ago%n".formatted(since.toSeconds()));
    }

    private static Answer ready(Vitals vitals) {
        return vitals.hasPublished()
                ? new Answer(200, "ok\n")
                : new Answer(503, "the node's GpuTopology was not written yet; the log says why\n");
    }

    private String metrics(Vitals vitals, Instant now) {
        var text = new MetricsText();
        text.gauge("busbar_agent_gpus", "GPUs of the node, by how they are");
        for (var health : Health.values()) {
            text.value(
                    "health",
                    health.name().toLowerCase(Locale.ROOT),
                    vitals.gpus().getOrDefault(health, 0L));
        }
        text.gauge("busbar_agent_problems", "Problems that stand in the object's status")
                .value(vitals.problems());
        text.gauge("busbar_agent_kubelet_answers", "1 when the kubelet says which pods hold which devices, else 0")
                .value(vitals.kubelet() == Vitals.Kubelet.ANSWERS ? 1 : 0);
        text.gauge("busbar_agent_look_age_seconds", "Time since the last look at the node ended")
                .value(seconds(vitals.sinceLook(now)));
        text.gauge("busbar_agent_published_age_seconds", "Time since the object last said what the agent sees")
                .value(seconds(vitals.sincePublished(now)));
        text.counter("busbar_agent_writes_total", "Writes to the API server").value("outcome", "done", writes.done());
        text.value("outcome", "failed", writes.failed());
        return text.toString();
    }

    private static double seconds(Duration time) {
        return time.toMillis() / 1000.0;
    }
}
