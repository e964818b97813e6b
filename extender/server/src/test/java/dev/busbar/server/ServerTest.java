package dev.busbar.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ServerTest {
    private final Client client = new Client();

    @AfterEach
    void stop() {
        client.close();
    }

    @Test
    void a_pod_is_filtered_ranked_and_bound() throws Exception {
        var server = client.serve(2, 4);
        var pod = Asks.pod("a", 3);

        var filter = client.post(server, "filter", Asks.args(pod, "node-0", "stranger", "node-1"));
        var prioritize = client.post(server, "prioritize", Asks.args(pod, "node-0", "node-1"));
        var bind = client.post(server, "bind", Asks.bind("a", "node-0"));
        var next = client.post(server, "filter", Asks.args(Asks.pod("b", 3), "node-0", "node-1"));

        assertThat(filter)
                .isEqualTo("{\"NodeNames\":[\"node-0\",\"node-1\"],"
                        + "\"FailedNodes\":{\"stranger\":\"Busbar does not know this node yet\"},"
                        + "\"FailedAndUnresolvableNodes\":{},\"Error\":\"\"}");
        assertThat(prioritize)
                .matches("\\[\\{\"Host\":\"node-0\",\"Score\":10},\\{\"Host\":\"node-1\",\"Score\":[0-9]}]");
        assertThat(bind).isEqualTo("{\"Error\":\"\"}");
        assertThat(next)
                .isEqualTo("{\"NodeNames\":[\"node-1\"],\"FailedNodes\":{\"node-0\":\"too few free GPUs\"},"
                        + "\"FailedAndUnresolvableNodes\":{},\"Error\":\"\"}");
    }

    @Test
    void node_objects_are_given_back_as_they_came() throws Exception {
        var server = client.serve(1, 4);
        var object = "{\"metadata\":{\"uid\":\"7\",\"name\":\"node-0\"},\"status\":{\"text\":\"}]\"}}";
        var other = "{\"metadata\":{\"name\":\"stranger\"}}";

        var filter = client.post(
                server,
                "filter",
                "{\"Pod\":%s,\"Nodes\":{\"metadata\":{},\"items\":[%s,%s]},\"NodeNames\":null}"
                        .formatted(Asks.pod("a", 4), other, object));

        assertThat(filter)
                .isEqualTo("{\"Nodes\":{\"metadata\":{},\"items\":[" + object + "]},"
                        + "\"FailedNodes\":{\"stranger\":\"Busbar does not know this node yet\"},"
                        + "\"FailedAndUnresolvableNodes\":{},\"Error\":\"\"}");
    }

    @Test
    void victims_come_back_by_uid_and_a_node_without_victims_does_not() throws Exception {
        var server = client.serve(1, 4);

        var meta = client.post(server, "preempt", """
            {"Pod":%s,"NodeNameToVictims":null,"NodeNameToMetaVictims":{
             "node-0":{"Pods":[{"UID":"x"},{"UID":"y"}],"NumPDBViolations":1},"node-1":{"Pods":[]}}}\
            """.formatted(Asks.pod("a", 0)));
        var whole = client.post(server, "preempt", """
            {"Pod":%s,"NodeNameToVictims":{"node-0":{"Pods":[%s],"NumPDBViolations":0}}}\
            """.formatted(Asks.pod("a", 0), Asks.pod("victim", 1)));

        assertThat(meta)
                .isEqualTo("{\"NodeNameToMetaVictims\":"
                        + "{\"node-0\":{\"Pods\":[{\"UID\":\"x\"},{\"UID\":\"y\"}],\"NumPDBViolations\":1}}}");
        assertThat(whole)
                .isEqualTo("{\"NodeNameToMetaVictims\":"
                        + "{\"node-0\":{\"Pods\":[{\"UID\":\"uid-victim\"}],\"NumPDBViolations\":0}}}");
    }

    @Test
    void health_readiness_and_unknown_paths() throws Exception {
        var server = client.serve(1, 4);

        assertThat(client.send(Client.to(server, "/healthz").GET()).statusCode())
                .isEqualTo(200);
        assertThat(client.send(Client.to(server, "/readyz").GET()).statusCode()).isEqualTo(200);
        assertThat(client.send(Client.to(server, "/nothing").GET()).statusCode())
                .isEqualTo(404);
        assertThat(client.send(Client.to(server, "/filter").GET()).statusCode()).isEqualTo(405);
    }

    @Test
    void the_last_decision_on_a_pod_is_explained() throws Exception {
        var server = client.serve(2, 4);
        client.post(server, "filter", Asks.args(Asks.pod("a", 3), "node-0", "node-1"));

        var known = client.get(server, "/explain/default/a");
        var unknown = client.send(Client.to(server, "/explain/default/b").GET());

        assertThat(known)
                .contains("\"pod\":\"default/a\"")
                .contains("\"chosen\":\"node-0\"")
                .contains("\"indices\":[0,1,2]");
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.body()).contains("default/b").contains("Maybe");
    }

    @Test
    void a_pod_that_does_not_exist_can_be_explained_too() throws Exception {
        var server = client.serve(2, 4);
        var pod = """
            apiVersion: v1
            kind: Pod
            metadata: {name: tomorrow}
            spec: {containers: [{name: c, resources: {limits: {busbar.dev/gpu: 2}}}]}
            """;

        var answer = client.send(Client.to(server, "/what-if").POST(BodyPublishers.ofString(pod)));
        var typo = client.send(Client.to(server, "/what-if")
                .POST(BodyPublishers.ofString(pod.replace("busbar.dev/gpu", "busbar.dev/gpus"))));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("\"pod\":\"default/tomorrow\"").contains("\"chosen\":\"node-0\"");
        assertThat(typo.statusCode()).isEqualTo(400);
        assertThat(typo.body()).contains("busbar.dev/gpus");
    }

    @Test
    void before_the_cluster_is_known_every_verb_says_so() throws Exception {
        var source = new HeldCluster();
        source.missing = Optional.of("Busbar is still reading the cluster");
        var server = client.serve(source);
        var args = Asks.args(Asks.pod("a", 1), "node-0");

        assertThat(client.post(server, "filter", args))
                .isEqualTo("{\"Error\":\"Busbar is still reading the cluster\"}");
        assertThat(client.post(server, "bind", Asks.bind("a", "node-0")))
                .isEqualTo("{\"Error\":\"Busbar is still reading the cluster\"}");
        assertThat(client.post(server, "prioritize", args)).isEqualTo("[]");
        assertThat(client.post(server, "preempt", args)).isEqualTo("{\"NodeNameToMetaVictims\":{}}");
        assertThat(client.send(Client.to(server, "/readyz").GET()).statusCode()).isEqualTo(503);
        assertThat(client.send(Client.to(server, "/healthz").GET()).statusCode())
                .isEqualTo(200);
    }

    @Test
    void a_bind_under_way_holds_nobody_up_and_a_stop_waits_for_it() throws Exception {
        var source = new HeldCluster();
        var server = client.serve(source);
        client.post(server, "filter", Asks.args(Asks.pod("a", 1), "node-0"));
        var bind = client.sendLater(Client.to(server, "/bind").POST(BodyPublishers.ofString(Asks.bind("a", "node-0"))));
        assertThat(source.begun.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(client.post(server, "filter", Asks.args(Asks.pod("b", 1), "node-0", "node-1")))
                .contains("node-1");

        var stopped = CompletableFuture.runAsync(server::close);
        awaitRefusal(server.port());
        source.mayEnd.countDown();

        assertThat(bind.get(30, TimeUnit.SECONDS).body()).isEqualTo("{\"Error\":\"\"}");
        stopped.get(30, TimeUnit.SECONDS);
    }

    /** Tries until nobody takes connections at this port any more. */
    private static void awaitRefusal(int port) {
        var end = Instant.now().plusSeconds(30);
        while (Instant.now().isBefore(end)) {
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                assertThat(socket.isConnected()).isTrue();
            } catch (IOException refused) {
                return;
            }
        }
        throw new AssertionError("port %d still takes connections".formatted(port));
    }
}
