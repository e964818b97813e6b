package dev.busbar.server.http;

import dev.busbar.core.cluster.ClusterEvent.NodeSeen;
import dev.busbar.core.cluster.ClusterEvent.PodEnded;
import dev.busbar.core.cluster.ClusterEvent.TopologySeen;
import dev.busbar.core.cluster.ClusterState;
import dev.busbar.core.cluster.NodeFacts;
import dev.busbar.core.topology.Allocator;
import dev.busbar.core.topology.NodeTopology;
import dev.busbar.core.verbs.PodWriter;
import dev.busbar.core.verbs.Promise;
import dev.busbar.core.workload.DemandReader;
import dev.busbar.core.workload.PodKey;
import dev.busbar.core.workload.ResourceNames;
import dev.busbar.server.metrics.ServerMetrics;
import dev.busbar.server.wake.Refusals;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers calls about a made-up cluster, once in a process and before it is ready: kube-scheduler stands still while it
 * waits for an answer, and the first of each kind would be slow, since its classes are loaded and nothing is compiled.
 */
public final class WarmUp {
    private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);
    private static final AtomicBoolean DONE = new AtomicBoolean();
    private static final Duration AT_MOST = Duration.ofSeconds(1);
    private static final int ROUNDS = 200;
    private static final int NODES = 16;
    private static final int GPUS = 8;
    private static final String NAMES =
            IntStream.range(0, NODES).mapToObj(i -> "\"warm-" + i + "\"").collect(Collectors.joining(","));

    private final ClusterState state = new ClusterState();
    private final VerbCalls calls;

    private WarmUp(ServerMetrics unseen, int depth) {
        for (int i = 0; i < NODES; i++) {
            var name = "warm-" + i;
            state.apply(new NodeSeen(new NodeFacts(name, 128_000, 1L << 40, 0, GPUS, Map.of())));
            state.apply(new TopologySeen(name, NodeTopology.counted(GPUS, Allocator.BUSBAR)));
        }
        var verbs = Verbs.over(state, new Accepting(), Duration.ofMinutes(1));
        var serving = new Serving(verbs, Optional::empty, Optional::empty, unseen, new Refusals());
        var decisions = new RecentDecisions(new ExplainConfig(Duration.ofMinutes(1), NODES));
        calls = new VerbCalls(
                serving, new DemandReader(ResourceNames.DEFAULT), depth, decisions, InstantSource.system());
    }

    /** Nothing of it is seen from outside, but for a line in the log. */
    public static void once(int depth) {
        if (DONE.getAndSet(true)) {
            return;
        }
        long start = System.nanoTime();
        var unseen = new ServerMetrics(new ClusterState(), () -> Duration.ZERO);
        int rounds = 0;
        try {
            var warmUp = new WarmUp(unseen, depth);
            while (rounds < ROUNDS && System.nanoTime() - start < AT_MOST.toNanos()) {
                warmUp.round(rounds);
                rounds++;
            }
        } catch (RuntimeException e) {
            LOG.warn("Warming up failed; the first calls will be slow, nothing more", e);
        } finally {
            unseen.close();
        }
        LOG.atInfo()
                .addKeyValue("calls", rounds * 4)
                .addKeyValue("milliseconds", (System.nanoTime() - start) / 1_000_000)
                .log("Warmed up");
    }

    /** One pod from its filter to its end; each second one finds nothing. */
    private void round(int number) {
        var uid = "warm-" + number;
        var pod = """
            {"metadata":{"name":"%1$s","namespace":"warm","uid":"%1$s","annotations":{"busbar.dev/link":"any"}},
             "spec":{"containers":[{"name":"m","resources":{"limits":{"busbar.dev/gpu":"%2$d"},
              "requests":{"cpu":"1","memory":"1Gi","busbar.dev/gpu":"%2$d"}}}]}}\
            """.formatted(uid, number % 2 == 0 ? 1 + number % GPUS : GPUS + 1);
        var asked = bytes("{\"Pod\":%s,\"Nodes\":null,\"NodeNames\":[%s]}".formatted(pod, NAMES));
        calls.filter(asked, asked.length);
        calls.prioritize(asked, asked.length);
        var bind = bytes("{\"PodName\":\"%1$s\",\"PodNamespace\":\"warm\",\"PodUID\":\"%1$s\",\"Node\":\"warm-0\"}"
                .formatted(uid));
        calls.bind(calls.bindArgs(bind, bind.length));
        var preempt = bytes("{\"Pod\":%s,\"NodeNameToMetaVictims\":{\"warm-0\":{\"Pods\":[{\"UID\":\"%s\"}]}}}"
                .formatted(pod, uid));
        calls.preempt(preempt, preempt.length);
        state.apply(new PodEnded(uid));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Binds at once and in no cluster. */
    private static final class Accepting implements PodWriter {
        @Override
        public WriteOutcome bind(Promise promise) {
            return new WriteOutcome.Done();
        }

        @Override
        public Standing read(PodKey pod) {
            return new Standing.Gone();
        }
    }
}
