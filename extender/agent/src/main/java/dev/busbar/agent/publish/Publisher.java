package dev.busbar.agent.publish;

import dev.busbar.files.gputopology.GpuTopology;
import dev.busbar.files.gputopology.GpuUse;
import dev.busbar.files.gputopology.Health;
import dev.busbar.files.gputopology.Spec;
import dev.busbar.files.gputopology.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the node's GpuTopology as the agent sees the node. The spec is written when it differs, the status when it has
 * changed by more than a threshold or would soon be too old to be believed; both within a budget. Every answer of the
 * API server shows the object as it stands there, so what others did to it is noticed at the next write.
 */
public final class Publisher {

    private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);
    private static final Duration READ_AGAIN = Duration.ofSeconds(10);

    private final String node;
    private final Cluster cluster;
    private final WriteBudget budget;
    private Consumer<GpuTopology> predecessor;
    private @Nullable GpuTopology standing;
    private Instant statusWritten = Instant.MIN;
    private Instant nextRead = Instant.MIN;
    private String lastFailure = "";

    /** {@code predecessor} hears of the object that stood there before our first write, if there was one. */
    public Publisher(String node, Cluster cluster, Consumer<GpuTopology> predecessor, Instant now) {
        this.node = node;
        this.cluster = cluster;
        this.predecessor = predecessor;
        this.budget = new WriteBudget(now);
    }

    /** The object as the API server showed it last. */
    public Optional<GpuTopology> standing() {
        return Optional.ofNullable(standing);
    }

    /** Brings the object up to what was seen, as far as budget and API server allow now. */
    public void publish(GpuTopology seen, Instant now) {
        if (standing == null && find(seen, now)) {
            return; // what stood there may change what is seen
        }
        if (standing != null && !standing.spec().equals(wanted(standing, seen)) && budget.take(now)) {
            accept(cluster.replaceSpec(with(standing, wanted(standing, seen), seen.status())));
        }
        if (standing != null && isDue(standing.status(), seen.status(), now) && budget.take(now)) {
            writeStatus(standing, seen, now);
        }
    }

    /** Whether the object says what was seen, but for what may wait. */
    public boolean isCurrent(GpuTopology seen, Instant now) {
        return standing != null
                && standing.spec().equals(wanted(standing, seen))
                && !isDue(standing.status(), seen.status(), now);
    }

    /** Reads the object, or makes it; true when it is another agent's and we have just learnt of it. */
    private boolean find(GpuTopology seen, Instant now) {
        if (now.isBefore(nextRead)) {
            return false;
        }
        nextRead = now.plus(READ_AGAIN);
        accept(cluster.read(node));
        if (!lastFailure.isEmpty()) {
            return false;
        }
        var first = predecessor;
        predecessor = _ -> {};
        if (standing != null) {
            first.accept(standing);
            return statusWritten.equals(Instant.MIN);
        }
        if (budget.take(now)) {
            accept(cluster.create(seen));
        }
        return false;
    }

    /** Who gives out the GPUs is the administrator's to say, in the object or by the agent's option. */
    private static Spec wanted(GpuTopology standing, GpuTopology seen) {
        return seen.spec().allocator().isEmpty()
                ? seen.spec().withAllocator(standing.spec().allocator())
                : seen.spec();
    }

    private void writeStatus(GpuTopology before, GpuTopology seen, Instant now) {
        accept(cluster.replaceStatus(with(before, before.spec(), seen.status())));
        if (lastFailure.isEmpty()) {
            statusWritten = now;
        }
    }

    private boolean isDue(Status before, Status seen, Instant now) {
        var wait = StatusChange.between(before, seen).mayWait();
        return statusWritten.equals(Instant.MIN) || !now.isBefore(statusWritten.plus(wait));
    }

    private static GpuTopology with(GpuTopology standing, Spec spec, Status status) {
        return new GpuTopology(standing.apiVersion(), standing.kind(), standing.metadata(), spec, status);
    }

    private void accept(Cluster.Outcome outcome) {
        switch (outcome) {
            case Cluster.Outcome.Stands(var topology) -> {
                standing = topology;
                lastFailure = "";
            }
            case Cluster.Outcome.Absent _ -> {
                standing = null;
                lastFailure = "";
            }
            case Cluster.Outcome.Failed(var reason) -> failed(reason);
        }
    }

    /** A write may have been a conflict: the object is read anew before the next one. */
    private void failed(String reason) {
        standing = null;
        if (!reason.equals(lastFailure)) {
            LOG.warn("API server refused; trying again node={} reason={}", node, reason);
        }
        lastFailure = reason;
    }

    /** GPUs that can be given out: all but the lost ones, and those that MIG is enabled on. */
    public static int usableGpus(GpuTopology seen) {
        var lost = seen.status().gpus().stream()
                .filter(gpu -> gpu.health() == Health.LOST)
                .map(GpuUse::uuid)
                .collect(Collectors.toSet());
        return (int) seen.spec().gpus().stream()
                .filter(gpu -> gpu.mig().isEmpty() && !lost.contains(gpu.uuid()))
                .count();
    }
}
