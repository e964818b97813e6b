package dev.busbar.translator.batch;

import dev.busbar.translator.batch.Order.Ticket;
import dev.busbar.translator.model.ModelThread;
import dev.busbar.translator.model.Translator;
import dev.busbar.translator.model.Translator.Prepared;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Puts sentences of many requests together into batches, and runs them on a few threads.
 *
 * <pre>
 * order → waiting ─ batch ─→ running ─→ answered
 *            ↑                  │
 *            └── out of memory ─┘ half as many rows from then on
 * </pre>
 */
public final class Batcher implements AutoCloseable {
    private final AtomicReference<BatchSettings> settings;
    private final long batchBytes;
    private final BatchEvents events;
    private final Load load = new Load();
    private final BatchRunner runner;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<LaneKey, Lane> lanes = new HashMap<>();
    private final Map<Translator, RowLimit> limits = new HashMap<>();
    private final Leftovers leftovers = new Leftovers();
    private final List<Thread> workers = new ArrayList<>();
    private boolean draining;

    private record LaneKey(Translator translator, int beams) {}

    /** As many batches run at once as there are workers, and each may take that many bytes. */
    public Batcher(BatchSettings settings, int workers, long batchBytes, BatchEvents events) {
        this.settings = new AtomicReference<>(settings);
        this.batchBytes = batchBytes;
        this.events = events;
        runner = new BatchRunner(load, events, this.settings::get, this::putBack);
        for (int i = 0; i < workers; i++) {
            int worker = i;
            this.workers.add(ModelThread.builder()
                    .name("translator-worker-" + i)
                    .daemon()
                    .start(() -> work(worker)));
        }
    }

    public void change(BatchSettings other) {
        settings.set(other);
    }

    public Load load() {
        return load;
    }

    /** Takes an order, or refuses it at once: when too much waits already, or when the server is about to end. */
    public Order submit(Translator translator, List<Prepared> sentences, int beams, Duration timeout) {
        long now = System.nanoTime();
        Order order = new Order(sentences, now, now + timeout.toNanos(), load);
        int weight = order.tickets().stream().mapToInt(Ticket::weight).sum();
        lock.lock();
        try {
            if (draining) {
                throw new Refusal(Refusal.Reason.DRAINING, "the server is shutting down", Refusal.SOON);
            }
            // An order that is larger than the whole queue still gets its turn when nothing else waits.
            if (load.waitingTokens() > 0
                    && load.waitingTokens() + weight > settings.get().maxQueueTokens()) {
                throw new Refusal(
                        Refusal.Reason.QUEUE_FULL,
                        "%d tokens wait already, %d may"
                                .formatted(load.waitingTokens(), settings.get().maxQueueTokens()),
                        load.timeToServe(load.waitingTokens()));
            }
            load.requestArrived(weight);
            Lane lane = lanes.computeIfAbsent(
                    new LaneKey(translator, beams),
                    key -> new Lane(
                            translator, beams, limits.computeIfAbsent(translator, t -> new RowLimit()), batchBytes));
            if (lane.isEmpty()) {
                lane.wakeAt(leastServed());
            }
            lane.add(order.tickets());
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        return order;
    }

    private long leastServed() {
        return lanes.values().stream()
                .filter(lane -> !lane.isEmpty())
                .mapToLong(Lane::served)
                .min()
                .orElse(0);
    }

    private void work(int worker) {
        for (Optional<Runnable> work = next(worker); work.isPresent(); work = next(worker)) {
            work.get().run();
        }
    }

    /** The next batch that is worth running, else what there is to tidy; none when the server ends and nothing waits. */
    private Optional<Runnable> next(int worker) {
        lock.lock();
        try {
            while (true) {
                long now = System.nanoTime();
                lanes.values().forEach(lane -> load.dropped(lane.dropUnwanted(now)));
                List<Lane> busy = lanes.values().stream()
                        .filter(lane -> !lane.isEmpty())
                        .sorted(Comparator.comparingLong(Lane::served))
                        .toList();
                if (busy.isEmpty() && draining) {
                    return Optional.empty();
                }
                BatchSettings current = settings.get();
                Optional<Lane> ready = busy.stream()
                        .filter(lane -> patience(lane, current, now) <= 0)
                        .findFirst();
                if (ready.isPresent()) {
                    Batch batch = take(ready.get(), current, now);
                    return Optional.of(() -> runner.run(batch, worker));
                }
                Optional<Runnable> tidying = busy.isEmpty() ? leftovers.afterAPause(now) : Optional.empty();
                if (tidying.isPresent()) {
                    return tidying;
                }
                long wait = busy.stream()
                        .mapToLong(lane -> patience(lane, current, now))
                        .min()
                        .orElse(TimeUnit.SECONDS.toNanos(1));
                changed.awaitNanos(wait);
            }
        } catch (InterruptedException end) {
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /** How much longer a lane is given to fill a batch. */
    private long patience(Lane lane, BatchSettings current, long now) {
        if (draining || lane.isFull(current)) {
            return 0;
        }
        return lane.oldestArrival() + current.maxWait().toNanos() - now;
    }

    private Batch take(Lane lane, BatchSettings current, long now) {
        Batch batch = new Batch(lane, lane.takeBatch(current));
        lane.serve(batch.sourceTokens());
        leftovers.ran(lane.translator(), batch.sourceTokens(), now);
        load.batchStarted(batch.rows(), batch.weight());
        for (Ticket ticket : batch.tickets()) {
            ticket.order().start();
            events.waited(Duration.ofNanos(now - ticket.order().arrival()));
        }
        return batch;
    }

    private void putBack(Batch batch) {
        lock.lock();
        try {
            load.putBack(batch.weight());
            batch.lane().putBack(batch.tickets());
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Rows a batch of this model may have at present. */
    public int currentMaxRows(Translator translator) {
        lock.lock();
        try {
            RowLimit limit = limits.get(translator);
            return Math.min(settings.get().maxRows(), limit == null ? Integer.MAX_VALUE : limit.rows());
        } finally {
            lock.unlock();
        }
    }

    /** Takes no more orders and waits until all that were taken are answered; false when the time did not do. */
    public boolean drain(Duration patience) {
        lock.lock();
        try {
            draining = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        long end = System.nanoTime() + patience.toNanos();
        try {
            for (Thread worker : workers) {
                worker.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        return workers.stream().noneMatch(Thread::isAlive);
    }

    @Override
    public void close() {
        drain(Duration.ofSeconds(30));
    }
}
