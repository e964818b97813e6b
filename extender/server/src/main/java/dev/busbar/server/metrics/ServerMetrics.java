package dev.busbar.server.metrics;

import dev.busbar.core.cluster.ClusterState;
import dev.busbar.core.cluster.DeviceCheck;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** The extender's metrics; their names and meanings stand in docs/operations.md. */
public final class ServerMetrics implements AutoCloseable {
    private static final Duration[] BUCKETS = {
        Duration.ofNanos(100_000),
        Duration.ofNanos(250_000),
        Duration.ofNanos(500_000),
        Duration.ofMillis(1),
        Duration.ofMillis(2),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofMillis(2500),
        Duration.ofSeconds(5)
    };

    private record Decision(Verb verb, String verdict) {}

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collector = new JvmGcMetrics();
    private final Map<Verb, Timer> verbs = new EnumMap<>(Verb.class);
    private final Map<Decision, Counter> decisions = new ConcurrentHashMap<>();
    private final Map<String, Counter> wakes = new ConcurrentHashMap<>();
    private final Map<DeviceCheck.Outcome, Counter> comparisons = new ConcurrentHashMap<>();
    private final AtomicLong drifted = new AtomicLong();
    private final Counter conflicts;

    /**
     * Metrics of this state.
     *
     * @param age how long ago what we know was last known to be current
     */
    public ServerMetrics(ClusterState state, Supplier<Duration> age) {
        for (var verb : Verb.values()) {
            verbs.put(
                    verb,
                    Timer.builder("busbar.verb")
                            .description("Time to answer a call of kube-scheduler")
                            .tag("verb", verb.word())
                            .serviceLevelObjectives(BUCKETS)
                            .register(registry));
        }
        // An alert looks at its increase, which a series that begins above zero would hide.
        var unknown = new Decision(Verb.BIND, "unknown");
        decisions.put(unknown, counter(unknown));
        conflicts = Counter.builder("busbar.bind.conflicts")
                .description("Binds answered with an error because no GPU set was left")
                .register(registry);
        gauge("busbar.claims", "Pods promised to the scheduler and not bound yet", () -> (double) state.claims());
        gauge("busbar.reservations", "Pods whose Binding is under way", () -> (double) state.reservations());
        gauge("busbar.drifted", "Pods that hold other GPUs than they were promised", drifted::get);
        gauge(
                "busbar.snapshot.age.seconds",
                "Time since the cluster was last known to be seen as it is",
                () -> age.get().toMillis() / 1000.0);
        new JvmMemoryMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        collector.bindTo(registry);
    }

    private void gauge(String name, String description, Supplier<Number> value) {
        Gauge.builder(name, value).description(description).register(registry);
    }

    public void answered(Verb verb, Duration took) {
        var timer = verbs.get(verb);
        if (timer != null) {
            timer.record(took);
        }
    }

    public void decided(Verb verb, String verdict) {
        decisions.computeIfAbsent(new Decision(verb, verdict), this::counter).increment();
    }

    private Counter counter(Decision decision) {
        return Counter.builder("busbar.decisions")
                .description("Answers by what they said")
                .tag("verb", decision.verb().word())
                .tag("verdict", decision.verdict())
                .register(registry);
    }

    public void conflicted() {
        conflicts.increment();
    }

    /** A waiting pod was to be woken; the outcome in one word. */
    public void woke(String outcome) {
        wakes.computeIfAbsent(
                        outcome,
                        word -> Counter.builder("busbar.wakes")
                                .description("Waiting pods that Busbar asked kube-scheduler to look at again")
                                .tag("outcome", word)
                                .register(registry))
                .increment();
    }

    /** A pod's devices were seen and compared with those that were named for it. */
    public void compared(DeviceCheck.Outcome outcome) {
        comparisons
                .computeIfAbsent(
                        outcome,
                        seen -> Counter.builder("busbar.device.checks")
                                .description("Pods whose devices were compared with what was promised or guessed")
                                .tag(
                                        "outcome",
                                        seen.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                                .register(registry))
                .increment();
    }

    /** So many pods hold other GPUs than they were promised. */
    public void drifted(long pods) {
        drifted.set(pods);
    }

    /** Shows whether this Busbar is the one that decides. */
    public void decides(BooleanSupplier decides) {
        gauge(
                "busbar.decides",
                "1 when this Busbar decides, 0 when another does",
                () -> decides.getAsBoolean() ? 1 : 0);
    }

    /** Shows for how long the agent has been silent that has been so for the longest. */
    public void agentsSilentFor(Supplier<Duration> time) {
        gauge(
                "busbar.agent.silence.seconds",
                "Time since the agent last wrote that has not written for the longest",
                () -> time.get().toSeconds());
    }

    /** Shows how many pods are refused and wait. */
    public void refused(Supplier<Number> pods) {
        gauge("busbar.refused", "Pods that no node could serve when the scheduler last asked", pods);
    }

    /** Everything in Prometheus' text format. */
    public String scrape() {
        return registry.scrape();
    }

    @Override
    public void close() {
        collector.close();
        registry.close();
    }
}
