package dev.busbar.server;

import dev.busbar.core.cluster.ClusterState;
import dev.busbar.server.config.Config;
import dev.busbar.server.devices.DeviceWatch;
import dev.busbar.server.http.HttpFront;
import dev.busbar.server.http.Serving;
import dev.busbar.server.http.Verbs;
import dev.busbar.server.metrics.ServerMetrics;
import dev.busbar.server.prometheus.PrometheusReader;
import dev.busbar.server.source.ClusterSource;
import dev.busbar.server.wake.Refusals;
import dev.busbar.server.wake.Waking;
import dev.busbar.server.wake.WhereItFits;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running extender. It answers from the start, and says that it is not ready until the cluster is known. */
public final class Server implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Server.class);

    private final Config config;
    private final ClusterState state;
    private final ClusterSource source;
    /** What goes on beside the calls, each to be ended. */
    private final List<Runnable> stops;

    private final ServerMetrics metrics;
    private final HttpFront front;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Server(
            Config config,
            ClusterState state,
            ClusterSource source,
            List<Runnable> stops,
            ServerMetrics metrics,
            HttpFront front) {
        this.config = config;
        this.state = state;
        this.source = source;
        this.stops = List.copyOf(stops);
        this.metrics = metrics;
        this.front = front;
    }

    /**
     * Starts to fill the state from the source, and to listen.
     *
     * @throws IOException when the address can't be taken
     */
    public static Server start(Config config, ClusterSource source) throws IOException {
        LOG.info("Configuration in effect:\n{}", String.join("\n", config.effective()));
        var state = new ClusterState();
        source.start(state);
        var verbs = Verbs.over(state, source.writer(), config.claimFor());
        var metrics = new ServerMetrics(state, source::age);
        var refusals = new Refusals();
        metrics.refused(refusals::count);
        try {
            var serving = new Serving(verbs, source::missing, metrics, refusals);
            var front = HttpFront.start(config.http(), config.explain(), config.resources(), serving);
            var upkeep = new Upkeep(state, verbs.bind(), config.kube().writeTimeout(), config.samplesFor());
            upkeep.start(InstantSource.system());
            var prometheus = new PrometheusReader(config.prometheus(), state);
            prometheus.start();
            var room = new WhereItFits(state, verbs.verdicts());
            var waking = source.waker().map(waker -> new Waking(config.wake(), room, refusals, waker, metrics));
            waking.ifPresent(loop -> loop.start(() -> source.missing().isEmpty(), InstantSource.system()));
            var devices = new DeviceWatch(state, source.driftNotice(), metrics);
            devices.start(() -> source.missing().isEmpty(), InstantSource.system());
            var stops = new ArrayList<Runnable>(List.of(upkeep::close, prometheus::close, devices::close));
            waking.ifPresent(loop -> stops.add(loop::close));
            return new Server(config, state, source, stops, metrics, front);
        } catch (IOException e) {
            metrics.close();
            source.close();
            throw e;
        }
    }

    /** Where it listens, as {@code http://HOST:PORT}. */
    public String address() {
        var host = config.http().host();
        return "http://%s:%d".formatted(host.indexOf(':') < 0 ? host : "[" + host + "]", front.port());
    }

    public int port() {
        return front.port();
    }

    public ClusterState state() {
        return state;
    }

    /** Takes no more calls, finishes those under way within a bounded time, and stops. */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        front.close();
        stops.forEach(Runnable::run);
        source.close();
        metrics.close();
        LOG.info("Stopped");
    }
}
