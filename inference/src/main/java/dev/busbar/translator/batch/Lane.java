package dev.busbar.translator.batch;

import dev.busbar.translator.batch.Order.Ticket;
import dev.busbar.translator.model.MemoryEstimate;
import dev.busbar.translator.model.Translator;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/** The sentences that wait for one model with one number of beams. Only the batcher touches it, under its lock. */
final class Lane {
    private final Translator translator;
    private final int beams;
    private final RowLimit limit;
    private final MemoryEstimate memory;
    private final long budgetBytes;
    private final Deque<Ticket> waiting = new ArrayDeque<>();

    /** Tokens served so far, raised to the others' when the lane wakes: the lane with the fewest is served next. */
    private long served;

    Lane(Translator translator, int beams, RowLimit limit, long budgetBytes) {
        this.translator = translator;
        this.beams = beams;
        this.limit = limit;
        this.budgetBytes = budgetBytes;
        memory = translator.memory();
    }

    Translator translator() {
        return translator;
    }

    int beams() {
        return beams;
    }

    RowLimit limit() {
        return limit;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    long served() {
        return served;
    }

    void wakeAt(long atLeast) {
        served = Math.max(served, atLeast);
    }

    void serve(long tokens) {
        served += tokens;
    }

    void add(List<Ticket> tickets) {
        waiting.addAll(tickets);
    }

    /** Back to where they came from, in their order. */
    void putBack(List<Ticket> tickets) {
        tickets.reversed().forEach(waiting::addFirst);
    }

    long oldestArrival() {
        return waiting.getFirst().order().arrival();
    }

    /** Takes out what nobody wants any more; gives the tokens that were freed. */
    int dropUnwanted(long now) {
        int tokens = 0;
        for (var tickets = waiting.iterator(); tickets.hasNext(); ) {
            Ticket ticket = tickets.next();
            if (!ticket.order().isWanted(now)) {
                tickets.remove();
                tokens += ticket.weight();
                if (ticket.order().isLate(now)) {
                    ticket.order()
                            .fail(new Refusal(
                                    Refusal.Reason.TOO_LATE,
                                    "the deadline passed before a batch had room",
                                    Refusal.SOON));
                }
            }
        }
        return tokens;
    }

    /** The most rows a batch may have whose longest source has this many tokens. */
    int maxRows(int sourceTokens, BatchSettings settings) {
        int byMemory = memory.maxRows(budgetBytes, sourceTokens, beams);
        int byTokens = settings.maxBatchTokens() / Math.max(1, sourceTokens * 2);
        return Math.max(1, Math.min(Math.min(limit.rows(), settings.maxRows()), Math.min(byMemory, byTokens)));
    }

    boolean isFull(BatchSettings settings) {
        return waiting.size() >= maxRows(waiting.getFirst().sourceTokens(), settings);
    }

    /**
     * The oldest sentence and those nearest to it in length: little padding, and nobody waits for ever. Shorter ones
     * cost nothing extra; longer ones only come while the batch still fits.
     */
    List<Ticket> takeBatch(BatchSettings settings) {
        Ticket oldest = waiting.getFirst();
        List<Ticket> nearest = new ArrayList<>(waiting);
        nearest.sort(Comparator.comparingInt(ticket -> distance(ticket, oldest)));
        List<Ticket> batch = new ArrayList<>();
        int longest = 0;
        for (Ticket ticket : nearest) {
            int withIt = Math.max(longest, ticket.sourceTokens());
            if (batch.size() + 1 > maxRows(withIt, settings)) {
                break;
            }
            longest = withIt;
            batch.add(ticket);
        }
        waiting.removeAll(java.util.Set.copyOf(batch));
        return batch;
    }

    private static int distance(Ticket ticket, Ticket oldest) {
        return ticket == oldest ? -1 : Math.abs(ticket.sourceTokens() - oldest.sourceTokens());
    }
}
