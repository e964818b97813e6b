package dev.busbar.server.lease;

import dev.busbar.server.lease.Contest.Step;
import dev.busbar.server.lease.Leases.LeaseException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets the Lease, keeps it, and says when a tenure begins and ends.
 *
 * <pre>
 *   standing by -- has the Lease --> waiting -- the last one's writes are over --> taking over -- pods read --> deciding
 *        ^                              |                                              |                        |
 *        +------------------------------+------------ another has the Lease -----------+------------------------+
 * </pre>
 *
 * While deciding, a Lease that could not be renewed in time suspends the tenure; it goes on when the renewal succeeds,
 * since then nobody else had it.
 */
public final class Office implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Office.class);
    private static final Duration TICK = Duration.ofMillis(100);
    private static final Duration RETRY = Duration.ofSeconds(1);
    /** This part of the Lease's time we don't use: the clocks of two hosts don't run quite alike. */
    private static final int MARGIN_PART = 10;

    private enum Phase {
        STANDING_BY,
        WAITING,
        TAKING_OVER,
        DECIDING
    }

    private final LeaseConfig config;
    private final String self;
    private final Leases leases;
    private final Tenure tenure;
    private final Duties duties;
    private final Duration writesEnd;
    private final LongSupplier nanos;
    private final Contest contest;
    private final CountDownLatch closed = new CountDownLatch(1);
    private Phase phase = Phase.STANDING_BY;
    private long nextLook;
    private long waitUntil;
    private boolean failing;
    private String holder = "";
    private int term;
    private volatile int tookOver;

    /** The Lease, who we are there, and how long a write of one who had it before us may be under way. */
    public record Contender(Leases leases, String self, Duration writesEnd) {}

    public Office(LeaseConfig config, Contender contender, Tenure tenure, Duties duties) {
        this(config, contender, tenure, duties, System::nanoTime);
    }

    Office(LeaseConfig config, Contender contender, Tenure tenure, Duties duties, LongSupplier nanos) {
        this.config = config;
        this.self = contender.self();
        this.leases = contender.leases();
        this.writesEnd = contender.writesEnd();
        this.tenure = tenure;
        this.duties = duties;
        this.nanos = nanos;
        this.contest = new Contest(config.role(), self);
        this.nextLook = nanos.getAsLong();
    }

    public void start() {
        Thread.ofVirtual().name("lease").start(() -> {
            try {
                while (!closed.await(TICK.toMillis(), TimeUnit.MILLISECONDS)) {
                    safely();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private void safely() {
        try {
            tick();
        } catch (RuntimeException e) {
            LOG.error("Looking after the Lease failed; it is tried again", e);
        }
    }

    synchronized void tick() {
        if (nanos.getAsLong() - nextLook >= 0) {
            look();
            nextLook = nanos.getAsLong() + config.renew().toNanos();
        }
        if (phase == Phase.WAITING && nanos.getAsLong() - waitUntil >= 0) {
            phase = Phase.TAKING_OVER;
            int now = ++term;
            // Apart, since it reads all pods and the Lease is to be renewed meanwhile.
            Thread.ofVirtual().name("take-over").start(() -> takeOver(now));
        } else if (phase == Phase.TAKING_OVER && tookOver == term) {
            phase = Phase.DECIDING;
            tenure.begin();
            LOG.atInfo().addKeyValue("lease", config.name()).log("This Busbar decides now");
        }
    }

    /** Whether it has begun to take in what the one before has done. */
    synchronized boolean isTakingOver() {
        return phase == Phase.TAKING_OVER || phase == Phase.DECIDING;
    }

    private void takeOver(int ofTerm) {
        try {
            while (!closed.await(0, TimeUnit.MILLISECONDS) && !duties.takeOver()) {
                if (closed.await(RETRY.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
            tookOver = ofTerm;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        long sent = nanos.getAsLong();
        try {
            switch (contest.next(leases.read(), sent)) {
                case Step.Create create -> {
                    if (leases.write(record(0, ""))) {
                        won(sent, Duration.ZERO);
                    }
                }
                case Step.Take take -> {
                    if (leases.write(
                            record(take.from().transitions() + 1, take.from().version()))) {
                        won(sent, take.from().holder().isEmpty() ? Duration.ZERO : writesEnd);
                    }
                }
                case Step.Renew renew -> {
                    if (leases.write(
                            record(renew.own().transitions(), renew.own().version()))) {
                        good(sent, config.lasts());
                    }
                }
                case Step.Lead lead -> lead(lead);
                case Step.Stand stand -> lost(stand.holder());
            }
            failing = false;
        } catch (LeaseException e) {
            complain(e);
        }
    }

    private LeaseRecord record(int transitions, String version) {
        return new LeaseRecord(self, config.lasts(), transitions, version);
    }

    private void good(long since, Duration lasts) {
        tenure.extend(since + lasts.minus(lasts.dividedBy(MARGIN_PART)).toNanos());
    }

    private void won(long sent, Duration wait) {
        good(sent, config.lasts());
        phase = Phase.WAITING;
        holder = self;
        waitUntil = sent + wait.toNanos();
        LOG.atInfo()
                .addKeyValue("lease", config.name())
                .addKeyValue("wait", wait)
                .log("This Busbar has the Lease");
    }

    private void lead(Step.Lead lead) {
        if (!lead.of().holder().equals(holder)) {
            tenure.end();
            won(lead.since(), writesEnd);
            holder = lead.of().holder();
        }
        good(lead.since(), lead.of().lasts());
    }

    private void lost(String to) {
        if (!to.equals(holder)) {
            LOG.atInfo()
                    .addKeyValue("lease", config.name())
                    .addKeyValue("holder", to)
                    .log("Another Busbar decides");
        }
        holder = to;
        if (phase != Phase.STANDING_BY) {
            phase = Phase.STANDING_BY;
            tenure.end();
            duties.handOver();
        }
    }

    private void complain(LeaseException e) {
        if (!failing) {
            LOG.atWarn()
                    .addKeyValue("lease", config.name())
                    .addKeyValue("reason", e.getMessage())
                    .log("The Lease can't be read or renewed; Busbar tries again, and stops deciding when it is over");
        }
        failing = true;
    }

    /** Gives the Lease back, so that the next one need not wait until it is over. No call may be under way any more. */
    @Override
    public synchronized void close() {
        closed.countDown();
        tenure.end();
        if (config.role() != LeaseConfig.Role.HOLD || phase == Phase.STANDING_BY) {
            return;
        }
        try {
            leases.read()
                    .filter(lease -> lease.holder().equals(self))
                    .ifPresent(own ->
                            leases.write(new LeaseRecord("", Duration.ofSeconds(1), own.transitions(), own.version())));
        } catch (LeaseException e) {
            LOG.atWarn().addKeyValue("reason", e.getMessage()).log("The Lease could not be given back; it runs out");
        }
    }
}
