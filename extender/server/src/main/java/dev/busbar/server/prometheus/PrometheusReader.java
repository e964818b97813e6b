package dev.busbar.server.prometheus;

import dev.busbar.core.cluster.ClusterEvent.MonitoringSeen;
import dev.busbar.core.cluster.ClusterState;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks a Prometheus from time to time what GPU memory is used, for as long as the server runs. */
public final class PrometheusReader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PrometheusReader.class);

    private final PrometheusConfig config;
    private final ClusterState state;
    private final Prometheus prometheus;
    private final DcgmMemory memory;
    private final CountDownLatch closed = new CountDownLatch(1);
    private String lastComplaint = "";

    public PrometheusReader(PrometheusConfig config, ClusterState state) {
        this.config = config;
        this.state = state;
        this.prometheus = new Prometheus(config);
        this.memory = new DcgmMemory(prometheus);
    }

    /** Begins to ask, where there is someone to ask. */
    public void start() {
        if (!config.isAsked()) {
            return;
        }
        Thread.ofVirtual().name("prometheus").start(() -> {
            try {
                do {
                    safely();
                } while (!closed.await(config.every().toMillis(), TimeUnit.MILLISECONDS));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private void safely() throws InterruptedException {
        try {
            look();
            complain("");
        } catch (IOException e) {
            complain(String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            LOG.error("What Prometheus answered could not be taken in; the next round tries again", e);
        }
    }

    private void look() throws IOException, InterruptedException {
        var samples = memory.samples();
        new MeasuredNodes(state.snapshot())
                .of(samples)
                .forEach((node, use) -> state.apply(new MonitoringSeen(node, use)));
        if (samples.isEmpty()) {
            throw new IOException("it has no series DCGM_FI_DEV_FB_USED");
        }
    }

    /** Once per change: what stays wrong is not said every round. */
    private void complain(String why) {
        if (!why.equals(lastComplaint) && closed.getCount() > 0) {
            lastComplaint = why;
            if (why.isEmpty()) {
                LOG.atInfo().addKeyValue("url", config.url()).log("Prometheus tells measured GPU memory");
            } else {
                LOG.atWarn()
                        .addKeyValue("url", config.url())
                        .addKeyValue("reason", why)
                        .log("Prometheus tells no GPU memory; what was measured before counts until it is too old");
            }
        }
    }

    @Override
    public void close() {
        closed.countDown();
        prometheus.close();
    }
}
