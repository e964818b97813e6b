package dev.busbar.translator.batch;

import dev.busbar.translator.batch.Order.Ticket;
import dev.busbar.translator.decode.MemoryExhausted;
import dev.busbar.translator.decode.Source;
import dev.busbar.translator.decode.Translation;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs batches and answers their orders; what found no memory is put back. */
final class BatchRunner {
    private static final Logger LOG = LoggerFactory.getLogger(BatchRunner.class);

    private final Load load;
    private final BatchEvents events;
    private final Supplier<BatchSettings> settings;
    private final Consumer<Batch> putBack;

    BatchRunner(Load load, BatchEvents events, Supplier<BatchSettings> settings, Consumer<Batch> putBack) {
        this.load = load;
        this.events = events;
        this.settings = settings;
        this.putBack = putBack;
    }

    /** Each worker has its copy of the models, where there are several. */
    void run(Batch batch, int worker) {
        long start = System.nanoTime();
        List<Ticket> tickets = batch.tickets();
        try {
            List<Source> sources =
                    tickets.stream().map(ticket -> ticket.sentence().source()).toList();
            List<List<Translation>> found = batch.lane()
                    .translator()
                    .searchAll(
                            worker,
                            sources,
                            batch.lane().beams(),
                            sentence -> tickets.get(sentence).order().isWanted(System.nanoTime()));
            finish(batch, found, Duration.ofNanos(System.nanoTime() - start));
        } catch (MemoryExhausted exhausted) {
            retrySmaller(batch, exhausted);
        } catch (RuntimeException | Error failure) {
            LOG.error("a batch of {} rows failed", batch.rows(), failure);
            batch.fail(new Refusal(Refusal.Reason.FAILED, "the model failed: " + failure.getMessage(), Refusal.SOON));
        } finally {
            load.batchEnded(batch.rows());
        }
    }

    private void finish(Batch batch, List<List<Translation>> found, Duration took) {
        int read = batch.sourceTokens();
        int written = found.stream()
                .mapToInt(best -> best.getFirst().tokens().length + 1)
                .sum();
        batch.lane().limit().succeeded(batch.rows(), settings.get().maxRows());
        load.served(read + written, took);
        events.batchDone(batch.rows(), read, written, took);
        long now = System.nanoTime();
        for (int i = 0; i < batch.rows(); i++) {
            Ticket ticket = batch.tickets().get(i);
            if (ticket.order().isLate(now)) {
                ticket.order()
                        .fail(new Refusal(
                                Refusal.Reason.TOO_LATE, "the deadline passed while translating", Refusal.SOON));
            } else {
                ticket.done(found.get(i));
            }
        }
    }

    /** Nothing is lost when memory runs out: the sentences wait again, for batches of half the size. */
    private void retrySmaller(Batch batch, MemoryExhausted exhausted) {
        events.ranOutOfMemory(batch.rows());
        LOG.warn("out of memory with {} rows: {}", batch.rows(), exhausted.getMessage());
        if (batch.lane().limit().halve(batch.rows())) {
            putBack.accept(batch);
            return;
        }
        batch.fail(new Refusal(
                Refusal.Reason.NO_MEMORY, "there is no memory for even one sentence of this length", Refusal.SOON));
    }
}
