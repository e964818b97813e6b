package dev.busbar.testclusters.e2enode;

import dev.busbar.testclusters.ClusterException;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Asks one translator again and again, one question at a time, until it is closed. */
final class Client implements AutoCloseable {
    private final AtomicInteger answered = new AtomicInteger();
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService asking = Executors.newSingleThreadScheduledExecutor();

    Client(Web web, Pod translator) {
        var _ = asking.scheduleWithFixedDelay(() -> ask(web, translator), 0, 50, TimeUnit.MILLISECONDS);
    }

    private void ask(Web web, Pod translator) {
        try {
            web.translate(
                    translator, "de", "Why does the ship depart on Monday at %d:00?".formatted(answered.get() % 24));
            answered.incrementAndGet();
        } catch (ClusterException e) {
            failures.add(e.getMessage());
        }
    }

    int answered() {
        return answered.get();
    }

    List<String> failures() {
        return List.copyOf(failures);
    }

    @Override
    public void close() {
        asking.shutdown();
    }
}
