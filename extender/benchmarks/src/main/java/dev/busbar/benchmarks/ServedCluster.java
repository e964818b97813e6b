package dev.busbar.benchmarks;

import dev.busbar.core.cluster.ClusterEvent.PodBound;
import dev.busbar.core.cluster.ClusterEvent.PodEnded;
import dev.busbar.core.cluster.ClusterState;
import dev.busbar.server.Server;
import dev.busbar.server.config.Config;
import dev.busbar.server.source.FixedCluster;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * The server under load, in a process of its own. Lines on its standard input are what the API server would tell:
 * {@code bound UID} or {@code ended UID}, each of which changes one node, or {@code renewed all}. The end of the input
 * ends it.
 */
final class ServedCluster {
    /** What stands before the port on the line that says where the server listens. */
    static final String PORT = "port ";

    static final String RENEWED = "renewed all";

    private ServedCluster() {}

    public static void main(String[] args) throws IOException {
        var cluster = new BigCluster(Integer.parseInt(args[0]));
        try (var server = Server.start(Config.parse("listen: 127.0.0.1:0"), new FixedCluster(cluster.events()));
                var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            System.out.println(PORT + server.port());
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.equals(RENEWED)) {
                    cluster.renewal().forEach(server.state()::apply);
                    System.out.println(RENEWED);
                } else {
                    int space = line.indexOf(' ');
                    change(server.state(), line.substring(0, space), line.substring(space + 1));
                }
            }
        }
    }

    private static void change(ClusterState state, String what, String uid) {
        if (what.equals("ended")) {
            state.apply(new PodEnded(uid));
            return;
        }
        var claimed = state.holdingOf(uid).orElseThrow(() -> new IllegalStateException("no claim of pod " + uid));
        var node = state.snapshot().node(claimed.node()).orElseThrow();
        var uuids = claimed.holding()
                .gpus()
                .indices()
                .mapToObj(gpu -> node.topology().gpus().get(gpu).uuid())
                .toList();
        state.apply(new PodBound(claimed.holding().pod(), claimed.node(), uuids, Instant.EPOCH));
    }
}
