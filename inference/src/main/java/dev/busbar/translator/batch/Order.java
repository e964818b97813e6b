package dev.busbar.translator.batch;

import dev.busbar.translator.decode.Translation;
import dev.busbar.translator.model.Translator.Prepared;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** All sentences of one request to one model: answered together, given up together. */
public final class Order {
    private final List<Ticket> tickets;
    private final CompletableFuture<List<List<Translation>>> answer = new CompletableFuture<>();
    private final AtomicInteger open;
    private final long deadline;
    private final long arrival;
    private final Load load;
    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
    private volatile boolean abandoned;

    private enum State {
        WAITING,
        RUNNING,
        DONE
    }

    Order(List<Prepared> sentences, long arrival, long deadline, Load load) {
        this.arrival = arrival;
        this.deadline = deadline;
        this.load = load;
        tickets = sentences.stream().map(sentence -> new Ticket(this, sentence)).toList();
        open = new AtomicInteger(tickets.size());
    }

    /** The translations of each sentence, best first; fails with {@link Refusal} when there are none. */
    public CompletableFuture<List<List<Translation>>> answer() {
        return answer;
    }

    /** Nobody waits any more: what has not begun never will, and what runs leaves its batch. */
    public void abandon() {
        abandoned = true;
        fail(new Refusal(Refusal.Reason.ABANDONED, "the client has left", Refusal.SOON));
    }

    List<Ticket> tickets() {
        return tickets;
    }

    long arrival() {
        return arrival;
    }

    boolean isWanted(long now) {
        return !abandoned && !answer.isDone() && now - deadline < 0;
    }

    boolean isLate(long now) {
        return now - deadline >= 0;
    }

    void start() {
        if (state.compareAndSet(State.WAITING, State.RUNNING)) {
            load.requestStarted();
        }
    }

    private void end() {
        switch (state.getAndSet(State.DONE)) {
            case WAITING -> load.requestLeft();
            case RUNNING -> load.requestDone();
            case DONE -> {}
        }
    }

    void ticketDone() {
        if (open.decrementAndGet() == 0) {
            end();
            answer.complete(tickets.stream().map(Ticket::found).toList());
        }
    }

    void fail(Refusal refusal) {
        end();
        answer.completeExceptionally(refusal);
    }

    /** One sentence of an order. */
    static final class Ticket {
        private final Order order;
        private final Prepared sentence;
        private List<Translation> found = List.of();

        private Ticket(Order order, Prepared sentence) {
            this.order = order;
            this.sentence = sentence;
        }

        Order order() {
            return order;
        }

        Prepared sentence() {
            return sentence;
        }

        int sourceTokens() {
            return sentence.source().ids().length;
        }

        /** What the sentence weighs in the queue: what is read and what may be written. */
        int weight() {
            return sourceTokens() * 2;
        }

        void done(List<Translation> translations) {
            found = translations;
            order.ticketDone();
        }

        private List<Translation> found() {
            return found;
        }
    }
}
