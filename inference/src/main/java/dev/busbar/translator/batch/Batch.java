package dev.busbar.translator.batch;

import dev.busbar.translator.batch.Order.Ticket;
import java.util.List;

/** Sentences of one lane that go through the model together. */
record Batch(Lane lane, List<Ticket> tickets) {
    Batch {
        tickets = List.copyOf(tickets);
    }

    int rows() {
        return tickets.size();
    }

    int sourceTokens() {
        return tickets.stream().mapToInt(Ticket::sourceTokens).sum();
    }

    /** What the sentences weighed in the queue. */
    int weight() {
        return tickets.stream().mapToInt(Ticket::weight).sum();
    }

    void fail(Refusal refusal) {
        tickets.forEach(ticket -> ticket.order().fail(refusal));
    }
}
