package dev.busbar.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.core.workload.ResourceNames;
import dev.busbar.files.ClusterFolder;
import dev.busbar.server.source.FixedCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Shares are sent where GPU memory is really free: node "busy" has one GPU of 80 GiB, and so has "idle". */
class MemoryTruthTest {
    private final Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Client client = new Client();

    @TempDir
    Path folder;

    @AfterEach
    void stop() {
        client.close();
    }

    /**
     * What was measured on the busy node, and how much a pod then asks.
     *
     * @param held GiB promised to a pod on the node, 0 for no pod
     * @param used GiB measured in all, and of that pod; the latter below 0 where pods are not told apart
     */
    record Case(
            String name,
            int held,
            Duration boundFor,
            int used,
            int usedByPod,
            Duration sampledFor,
            int ask,
            boolean fits,
            String words) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() {
        var now = Duration.ZERO;
        var longAgo = Duration.ofMinutes(30);
        var byPod = "measured by the node's agent, told apart by pod";
        var total = "measured by the node's agent, not told apart by pod: what is free is an upper bound";
        return Stream.of(
                // 80 - 60 - 80 / 16 = 15
                new Case("an outsider holds sixty, so forty are not there", 0, now, 60, 0, now, 40, false, byPod),
                new Case("and fifteen are", 0, now, 60, 0, now, 15, true, byPod),
                // 80 - max(40, 5) - 35 - 80 / 16 = 0
                new Case(
                        "forty promised, five used, thirty-five of an outsider: nothing more",
                        40,
                        longAgo,
                        40,
                        5,
                        now,
                        1,
                        false,
                        byPod),
                // 80 - 0: the sample counts no more
                new Case(
                        "a sample of six minutes ago counts no more",
                        0,
                        now,
                        60,
                        0,
                        Duration.ofMinutes(6),
                        40,
                        true,
                        "measured by the node's agent at %s, too long ago: promises count"),
                // 80 - 35 - 40 = 5: the sample is from before the pod
                new Case(
                        "a pod bound two seconds ago is not forgotten by an older sample",
                        40,
                        Duration.ofSeconds(2),
                        35,
                        -1,
                        Duration.ofSeconds(10),
                        8,
                        false,
                        total),
                // 80 - max(40, 35) = 40
                new Case("one bound long ago is in the sample", 40, longAgo, 35, -1, now, 40, true, total));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void a_share_goes_where_memory_is_free(Case c) throws Exception {
        Files.writeString(folder.resolve("cluster.yaml"), node("idle") + node("busy") + status(c) + holder(c));
        var server = client.serve(new FixedCluster(
                ClusterFolder.read(folder, ResourceNames.DEFAULT).events()));

        var busy = asked(server, c);

        assertThat(busy.path("memory").asString()).isEqualTo(words(c));
        assertThat(busy.path("verdict").asString()).isEqualTo(c.fits() ? "fits" : "not-now");
    }

    /** What is said of the busy node, as soon as it is said in the expected words: old samples go after a moment. */
    private JsonNode asked(Server server, Case c) throws IOException, InterruptedException {
        var until = Instant.now().plus(PATIENCE);
        var pod = """
            {"metadata":{"name":"asks","namespace":"default","uid":"uid-asks"},
             "spec":{"containers":[{"resources":{"limits":{"busbar.dev/gpu-memory":"%dGi"}}}]}}\
            """.formatted(c.ask());
        while (true) {
            client.post(server, "filter", Asks.args(pod, "busy", "idle"));
            var explained = JsonMapper.shared().readTree(client.get(server, "/explain/default/asks"));
            var busy = explained.path("nodes").path(0);
            if (busy.path("memory").asString().equals(words(c)) || Instant.now().isAfter(until)) {
                return busy;
            }
            LockSupport.parkNanos(20_000_000);
        }
    }

    private static String node(String name) {
        return """
            ---
            apiVersion: v1
            kind: Node
            metadata: {name: %s}
            status: {allocatable: {cpu: "64", memory: 256Gi, busbar.dev/gpu: "1"}}
            ---
            apiVersion: busbar.dev/v1alpha1
            kind: GpuTopology
            metadata: {name: %s}
            spec: {allocator: busbar, gpus: [{index: 0, uuid: GPU-%s, product: A100, memory: 80Gi}], links: [X]}
            """.formatted(name, name, name);
    }

    private String status(Case c) {
        var pods = c.usedByPod() < 0 ? "" : "{uid: uid-holds, usedMemory: %dGi}".formatted(c.usedByPod());
        return """
            status:
              observedAt: "%s"
              gpus:
              - {uuid: GPU-busy, usedMemory: %dGi, measured: %s, pods: [%s], observedAt: "%s"}
            """.formatted(at(c), c.used(), c.usedByPod() < 0 ? "per-gpu" : "per-pod", pods, at(c));
    }

    private String words(Case c) {
        return c.words().formatted(at(c));
    }

    private Instant at(Case c) {
        return now.minus(c.sampledFor());
    }

    private String holder(Case c) {
        return c.held() == 0 ? "" : """
            ---
            apiVersion: v1
            kind: Pod
            metadata: {namespace: default, name: holds, uid: uid-holds, annotations: {busbar.dev/gpus: GPU-busy}}
            spec:
              nodeName: busy
              containers: [{name: main, resources: {limits: {busbar.dev/gpu-memory: %dGi}}}]
            status: {startTime: "%s"}
            """.formatted(c.held(), now.minus(c.boundFor()));
    }
}
