package dev.busbar.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.core.cluster.ClusterEvent;
import dev.busbar.core.cluster.ClusterEvent.NodeSeen;
import dev.busbar.core.cluster.ClusterEvent.PodBound;
import dev.busbar.core.cluster.NodeFacts;
import dev.busbar.core.topology.Allocator;
import dev.busbar.core.workload.Conditions;
import dev.busbar.core.workload.Demand;
import dev.busbar.core.workload.GangKey;
import dev.busbar.core.workload.GpuAsk;
import dev.busbar.core.workload.Intent;
import dev.busbar.core.workload.Pod;
import dev.busbar.core.workload.PodKey;
import dev.busbar.server.config.Config;
import dev.busbar.server.source.FixedCluster;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Every captured call, sent again byte by byte to a server that knows the captured nodes. */
@Tag("needs-data")
class CapturedCallsIT {
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final Map<String, Integer> GPUS = Map.of("gpu-a", 8, "gpu-b", 8, "gpu-c", 4, "cpu-d", 0);
    private Server server;

    /** Anew for each call, so that each finds an empty cluster. */
    @BeforeEach
    void start() throws IOException {
        var events = new ArrayList<ClusterEvent>();
        GPUS.forEach(
                (name, gpus) -> events.add(new NodeSeen(new NodeFacts(name, 64_000, 256L << 30, gpus, 0, Map.of()))));
        server = Server.start(Config.parse("listen: 127.0.0.1:0\nprefix: /ext"), new FixedCluster(events));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    static Stream<CapturedCall> captured() throws IOException {
        return CapturedCall.all();
    }

    private static Stream<CapturedCall> captured(String verb) throws IOException {
        return captured().filter(call -> call.verb().equals(verb));
    }

    static Stream<CapturedCall> filters() throws IOException {
        return captured("filter");
    }

    static Stream<CapturedCall> prioritizes() throws IOException {
        return captured("prioritize");
    }

    static Stream<CapturedCall> binds() throws IOException {
        return captured("bind");
    }

    static Stream<CapturedCall> preempts() throws IOException {
        return captured("preempt");
    }

    /** Sends the call as it was sent. */
    private JsonNode send(CapturedCall call) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(call.request());
            var answer = Client.readAnswer(socket.getInputStream());
            assertThat(answer).startsWith("HTTP/1.1 200 OK\r\n").contains("content-type: application/json\r\n");
            return MAPPER.readTree(
                    answer.substring(answer.indexOf("\r\n\r\n") + 4).getBytes(StandardCharsets.UTF_8));
        }
    }

    private static int gpusOf(String node) {
        return GPUS.getOrDefault(node, 0);
    }

    private static List<String> texts(JsonNode list) {
        var texts = new ArrayList<String>();
        list.forEach(item -> texts.add(item.asString()));
        return texts;
    }

    @ParameterizedTest
    @MethodSource("filters")
    void filter_names_the_nodes_with_enough_gpus_in_the_order_asked(CapturedCall call) throws IOException {
        var fitting = call.nodes().stream()
                .filter(node -> gpusOf(node) >= call.gpus())
                .toList();
        var never = MAPPER.createObjectNode();
        call.nodes().stream()
                .filter(node -> !fitting.contains(node))
                .forEach(node -> never.put(
                        node,
                        gpusOf(node) == 0
                                ? "the node has no GPUs that Busbar knows of"
                                : "the node has fewer GPUs than the pod asks"));

        var answer = send(call);

        assertThat(answer.path("Error").asString()).isEmpty();
        assertThat(answer.path("FailedNodes").isEmpty()).isTrue();
        assertThat(answer.path("FailedNodes").isObject()).isTrue();
        assertThat(answer.path("FailedAndUnresolvableNodes")).isEqualTo(never);
        if (call.hasNodeObjects()) {
            assertThat(answer.has("NodeNames")).isFalse();
            var kept = call.nodeObjects().stream()
                    .filter(node ->
                            fitting.contains(node.path("metadata").path("name").asString()))
                    .toList();
            var items = new ArrayList<JsonNode>();
            answer.path("Nodes").path("items").forEach(items::add);
            assertThat(items).isEqualTo(kept);
        } else {
            assertThat(answer.has("Nodes")).isFalse();
            assertThat(texts(answer.path("NodeNames"))).isEqualTo(fitting);
        }
    }

    @ParameterizedTest
    @MethodSource("prioritizes")
    void prioritize_scores_every_node_and_leaves_the_best_one_alone_at_the_top(CapturedCall call) throws IOException {
        var answer = send(call);

        var hosts = new ArrayList<String>();
        var top = new ArrayList<String>();
        for (var entry : answer) {
            var host = entry.path("Host").asString();
            assertThat(entry.path("Score").isInt()).isTrue();
            int score = entry.path("Score").asInt();
            boolean fits = gpusOf(host) >= call.gpus();
            assertThat(score).as(host).isBetween(0, fits ? 10 : 0);
            if (score == 10) {
                top.add(host);
            }
            hosts.add(host);
        }
        assertThat(hosts).isEqualTo(call.nodes());
        assertThat(top).isEqualTo(List.of(best(call)));
    }

    /**
     * The empty nodes differ in nothing but their GPUs. A pod without a GPU belongs where no GPU lies idle beside it;
     * two GPUs of four leave less behind than two of eight; between equals the cluster's order decides.
     */
    private static String best(CapturedCall call) {
        return call.nodes().stream()
                .filter(node -> gpusOf(node) >= call.gpus())
                .min(Comparator.comparingInt(CapturedCallsIT::gpusOf).thenComparing(Comparator.naturalOrder()))
                .orElseThrow();
    }

    @ParameterizedTest
    @MethodSource("binds")
    void a_bind_after_its_filter_is_done(CapturedCall call) throws IOException {
        var filter = captured("filter")
                .filter(other -> other.uid().equals(call.uid()))
                .findFirst()
                .orElseThrow();
        send(filter);
        var node = call.body().path("Node").asString();
        // gpu-c has four GPUs here; where the capture's had eight, the pod can't be bound to it.
        boolean fits = gpusOf(node) >= filter.gpus();

        var answer = send(call);
        var again = send(call);

        if (fits) {
            assertThat(answer.toString()).isEqualTo("{\"Error\":\"\"}");
            assertThat(again.toString()).isEqualTo("{\"Error\":\"\"}");
        } else {
            assertThat(answer.path("Error").asString()).startsWith("no GPU set is left on node gpu-c for pod default/");
        }
    }

    @ParameterizedTest
    @MethodSource("binds")
    void a_bind_of_a_pod_that_nobody_has_seen_is_refused(CapturedCall call) throws IOException {
        var answer = send(call);

        assertThat(answer.path("Error").asString())
                .isEqualTo("Busbar has not seen pod default/%s yet"
                        .formatted(call.body().path("PodName").asString()));
    }

    @ParameterizedTest
    @MethodSource("preempts")
    void preempt_leaves_the_schedulers_choice_of_victims_where_none_is_better(CapturedCall call) throws IOException {
        var expected = MAPPER.createObjectNode();
        var nodes = expected.putObject("NodeNameToMetaVictims");
        for (var key : List.of("NodeNameToVictims", "NodeNameToMetaVictims")) {
            call.body().path(key).properties().forEach(entry -> {
                var victims = nodes.putObject(entry.getKey());
                var pods = victims.putArray("Pods");
                entry.getValue()
                        .path("Pods")
                        .forEach(pod -> pods.addObject()
                                .put(
                                        "UID",
                                        pod.path("UID")
                                                .asString(pod.path("metadata")
                                                        .path("uid")
                                                        .asString(""))));
                victims.put(
                        "NumPDBViolations",
                        entry.getValue().path("NumPDBViolations").asInt());
            });
        }

        nodes.properties()
                .forEach(entry -> entry.getValue()
                        .path("Pods")
                        .forEach(victim -> server.state()
                                .apply(holdingAll(
                                        entry.getKey(), victim.path("UID").asString()))));

        var answer = send(call);

        assertThat(answer).isEqualTo(expected);
    }

    /** A pod of little importance that holds all GPUs of its node. */
    private static PodBound holdingAll(String node, String uid) {
        var ask = new GpuAsk(
                new GpuAsk.Whole(gpusOf(node), Allocator.DEVICE_PLUGIN), 100, 0, Conditions.NONE, Intent.PACK);
        var pod = new Pod(new PodKey("default", uid, uid), new Demand.Asks(ask), GangKey.NONE, 100);
        return new PodBound(pod, node, List.of(), Instant.EPOCH);
    }
}
