package dev.busbar.server;

import dev.busbar.core.cluster.ClusterState;
import dev.busbar.server.config.Config;
import dev.busbar.server.config.ConfigException;
import dev.busbar.server.devices.DeviceWatch;
import dev.busbar.server.http.HttpFront;
import dev.busbar.server.http.Readiness;
import dev.busbar.server.http.Serving;
import dev.busbar.server.http.Verbs;
import dev.busbar.server.http.WarmUp;
import dev.busbar.server.lease.Duties;
import dev.busbar.server.lease.LeaseConfig;
import dev.busbar.server.lease.LeaseConfig.Role;
import dev.busbar.server.lease.Office;
import dev.busbar.server.lease.Tenure;
import dev.busbar.server.metrics.ServerMetrics;
import dev.busbar.server.prometheus.PrometheusReader;
import dev.busbar.server.source.ClusterSource;
import dev.busbar.server.wake.Refusals;
import dev.busbar.server.wake.Waking;
import dev.busbar.server.wake.WhereItFits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
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
        // While the cluster is read.
        WarmUp.once(config.http().depth());
        var tenure = config.lease().role() == Role.NONE ? Tenure.always() : Tenure.ofLease();
        Readiness answers = () -> source.missing().or(tenure::missing);
        // The Busbar beside a scheduler that does not lead is not asked, and is ready to be.
        Readiness ready = config.lease().role() == Role.FOLLOW ? source::missing : answers;
        var verbs = Verbs.over(state, source.writer(tenure), config.claimFor());
        var metrics = new ServerMetrics(state, source::age);
        var refusals = new Refusals();
        metrics.refused(refusals::count);
        metrics.decides(tenure::lasts);
        metrics.agentsSilentFor(() -> silence(state, Instant.now()));
        var serving = new Serving(verbs, answers, ready, metrics, refusals);
        try {
            var stops = new ArrayList<Runnable>();
            var office = office(config, source, state, tenure);
            var front = HttpFront.start(config.http(), config.explain(), config.resources(), serving);
            office.ifPresent(lease -> {
                lease.start();
                stops.add(lease::close);
            });
            var upkeep = new Upkeep(state, verbs.bind(), config.kube().writeTimeout(), config.samplesFor());
            upkeep.start(InstantSource.system());
            stops.add(upkeep::close);
            var prometheus = new PrometheusReader(config.prometheus(), state);
            prometheus.start();
            stops.add(prometheus::close);
            var room = new WhereItFits(state, verbs.verdicts());
            source.waker()
                    .map(waker -> new Waking(config.wake(), room, refusals, waker, metrics))
                    .ifPresent(waking -> {
                        waking.start(() -> answers.missing().isEmpty(), InstantSource.system());
                        stops.add(waking::close);
                    });
            var devices = new DeviceWatch(state, source.driftNotice(), metrics);
            devices.start(() -> answers.missing().isEmpty(), InstantSource.system());
            stops.add(devices::close);
            return new Server(config, state, source, stops, metrics, front);
        } catch (IOException | ConfigException e) {
            metrics.close();
            source.close();
            throw e;
        }
    }

    private static Duration silence(ClusterState state, Instant now) {
        return state.longestSilent()
                .map(spoke -> Duration.between(spoke, now))
                .filter(time -> !time.isNegative())
                .orElse(Duration.ZERO);
    }

    private static Optional<Office> office(Config config, ClusterSource source, ClusterState state, Tenure tenure) {
        var lease = config.lease();
        if (lease.role() == Role.NONE) {
            return Optional.empty();
        }
        var leases = source.leases(lease.namespace(), lease.name())
                .orElseThrow(() -> new ConfigException("lease.role (%s) needs a cluster with an API server."
                        .formatted(lease.role().name().toLowerCase(Locale.ROOT))));
        var duties = new Duties() {
            @Override
            public boolean takeOver() {
                return source.missing().isEmpty() && source.takeOver();
            }

            @Override
            public void handOver() {
                state.lapse(Instant.MAX);
            }
        };
        var contender =
                new Office.Contender(leases, identity(lease), config.kube().writeTimeout());
        return Optional.of(new Office(lease, contender, tenure, duties));
    }

    /** Two processes never have the same, also if one is the other's successor. The scheduler's begins with its host. */
    private static String identity(LeaseConfig lease) {
        var host = lease.identity().isEmpty() ? hostName() : lease.identity();
        return lease.role() == Role.FOLLOW ? host : host + "_" + UUID.randomUUID();
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            throw new ConfigException("this host has no name; set lease.identity to a name of its own.");
        }
    }

    /** Where it listens, as {@code http://HOST:PORT} or {@code https://HOST:PORT}. */
    public String address() {
        var host = config.http().host();
        var scheme = config.http().tls().isOn() ? "https" : "http";
        return "%s://%s:%d".formatted(scheme, host.indexOf(':') < 0 ? host : "[" + host + "]", front.port());
    }

    public int port() {
        return front.port();
    }

    /** That of the listener for health and metrics; empty when there is none. */
    public OptionalInt opsPort() {
        return front.opsPort();
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
