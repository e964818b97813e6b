package dev.busbar.agent.ops;

import dev.busbar.files.gputopology.GpuTopology;
import dev.busbar.files.gputopology.GpuUse;
import dev.busbar.files.gputopology.Health;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How the agent and its node fare, as of its last look.
 *
 * @param looked when it looked last; its start before the first look
 * @param published when the object last said what the agent saw; {@link Instant#EPOCH} before the first time
 * @param kubelet whether the kubelet told which pods hold which devices
 */
public record Vitals(
        Instant started, Instant looked, Instant published, Map<Health, Long> gpus, int problems, Kubelet kubelet) {

    /** Whether the kubelet's PodResources socket answered. */
    public enum Kubelet {
        ANSWERS,
        SILENT
    }

    public Vitals {
        gpus = Map.copyOf(gpus);
    }

    public static Vitals atStart(Instant now) {
        return new Vitals(now, now, Instant.EPOCH, Map.of(), 0, Kubelet.SILENT);
    }

    /** After a look, and what became of it. */
    public Vitals after(GpuTopology seen, Kubelet word, Instant lastPublished, Instant now) {
        var counts =
                seen.status().gpus().stream().collect(Collectors.groupingBy(GpuUse::health, Collectors.counting()));
        return new Vitals(
                started, now, lastPublished, counts, seen.status().problems().size(), word);
    }

    boolean hasPublished() {
        return !published.equals(Instant.EPOCH);
    }

    Duration sinceLook(Instant now) {
        return Duration.between(looked, now);
    }

    /** How long the object has not said what the agent sees; from the start on where it never has. */
    Duration sincePublished(Instant now) {
        return Duration.between(hasPublished() ? published : started, now);
    }
}
