package dev.busbar.agent;

import dev.busbar.agent.ops.Vitals;
import dev.busbar.agent.publish.Advertiser;
import dev.busbar.agent.publish.Cluster;
import dev.busbar.agent.publish.NodeView;
import dev.busbar.agent.publish.Publisher;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks, publishes, waits, and looks again: every few seconds, and at once when the node's object has changed. */
final class Agent {

    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);

    static final Duration PERIOD = Duration.ofSeconds(5);
    /** Whoever changes the node's object all the time does not keep the agent looking all the time. */
    static final Duration LEAST = Duration.ofMillis(500);

    private final Observer observer;
    private final String allocator;
    private final Publisher publisher;
    private final Advertiser advertiser;
    private final Supplier<Optional<NodeView>> node;
    private final InstantSource clock;
    private final ProblemLog problems = new ProblemLog();
    private final Semaphore wake = new Semaphore(0);
    private final CountDownLatch stop = new CountDownLatch(1);
    private volatile Vitals vitals;

    Agent(
            Observer observer,
            AgentOptions options,
            Cluster cluster,
            Supplier<Optional<NodeView>> node,
            InstantSource clock) {
        this.observer = observer;
        this.allocator = options.allocator();
        this.publisher = new Publisher(options.node(), cluster, observer::remember, clock.instant());
        this.advertiser = new Advertiser(options.node(), cluster);
        this.node = node;
        this.clock = clock;
        this.vitals = Vitals.atStart(clock.instant());
    }

    Vitals vitals() {
        return vitals;
    }

    void wake() {
        wake.release();
    }

    void stop() {
        stop.countDown();
        wake.release();
    }

    void run() throws InterruptedException {
        while (stop.getCount() > 0) {
            safely();
            stop.await(LEAST.toMillis(), TimeUnit.MILLISECONDS);
            if (wake.tryAcquire(PERIOD.minus(LEAST).toMillis(), TimeUnit.MILLISECONDS)) {
                wake.drainPermits();
            }
        }
    }

    /** The one place where a look's failure is caught: the next look is a new one. */
    private void safely() {
        try {
            tick();
        } catch (RuntimeException e) {
            LOG.error("A look at the node failed; the object stays as it is", e);
        }
    }

    void tick() {
        var now = clock.instant();
        var seen = observer.observe(now, allocator);
        problems.look(seen);
        publisher.publish(seen, now);
        var standing = publisher.standing();
        if (standing.isPresent()) {
            node.get().ifPresent(view -> advertiser.look(standing.get(), view, now));
        }
        var end = clock.instant();
        var published = publisher.isCurrent(seen, now) ? end : vitals.published();
        vitals = vitals.after(seen, observer.kubelet(), published, end);
    }
}
