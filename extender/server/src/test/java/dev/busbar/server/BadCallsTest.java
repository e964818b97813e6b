package dev.busbar.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.core.workload.Demand.Flaw;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls that no scheduler should send: each gets an answer, and the next call works. */
class BadCallsTest {
    private final Client client = new Client();

    @AfterEach
    void stop() {
        client.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "nonsense", "{\"Pod\":7}", "{\"Pod\":{\"metadata\":[]}}", "\u0000"})
    void broken_calls_are_answered_in_the_verbs_own_form(String body) throws Exception {
        var server = client.serve(1, 4);

        var filter = client.post(server, "filter", body);
        var prioritize = client.post(server, "prioritize", body);
        var bind = client.post(server, "bind", body);
        var preempt = client.post(server, "preempt", body);

        assertThat(filter).startsWith("{\"Error\":\"").doesNotStartWith("{\"Error\":\"\"");
        assertThat(bind).startsWith("{\"Error\":\"").doesNotStartWith("{\"Error\":\"\"");
        assertThat(prioritize).isEqualTo("[]");
        assertThat(preempt).isEqualTo("{\"NodeNameToMetaVictims\":{}}");
        assertThat(client.post(server, "filter", Asks.args(Asks.pod("a", 1), "node-0")))
                .contains("[\"node-0\"]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "3.5", "99", "two", "1e999999999", "99999999999999999999"})
    void a_count_that_makes_no_sense_is_refused_with_a_constant_reason(String count) throws Exception {
        var server = client.serve(1, 4);
        var pod = Asks.pod("a", 7).replace("\"7\"", "\"" + count + "\"");

        var filter = client.post(server, "filter", Asks.args(pod, "node-0"));

        if (count.equals("0")) {
            assertThat(filter).contains("\"NodeNames\":[\"node-0\"]");
        } else {
            assertThat(filter)
                    .contains("\"NodeNames\":[]")
                    .containsAnyOf(
                            "\"FailedAndUnresolvableNodes\":{\"node-0\":\"" + Flaw.COUNT.text() + "\"}",
                            "\"FailedAndUnresolvableNodes\":{\"node-0\":\"" + Flaw.AMOUNT.text() + "\"}");
        }
    }

    @Test
    void a_body_over_the_limit_is_refused_and_the_connection_goes_on() throws Exception {
        var server = client.serve(1, 4);
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(30_000);
            var out = socket.getOutputStream();
            int length = 8 << 20;
            out.write("POST /filter HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n"
                    .formatted(length)
                    .getBytes(StandardCharsets.US_ASCII));
            out.write(new byte[length]);

            var first = Client.readAnswer(socket.getInputStream());
            var body = Asks.args(Asks.pod("a", 1), "node-0");
            out.write("POST /filter HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s"
                    .formatted(body.length(), body)
                    .getBytes(StandardCharsets.US_ASCII));
            var second = Client.readAnswer(socket.getInputStream());

            assertThat(first).startsWith("HTTP/1.1 200").contains("longer than 1048576 bytes");
            assertThat(second).startsWith("HTTP/1.1 200").contains("[\"node-0\"]");
        }
    }

    @Test
    void a_client_that_goes_away_in_the_middle_hurts_nobody() throws Exception {
        var server = client.serve(1, 4);
        for (int i = 0; i < 20; i++) {
            try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
                socket.getOutputStream()
                        .write("POST /filter HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n{\"Pod\""
                                .getBytes(StandardCharsets.US_ASCII));
            }
        }

        assertThat(client.post(server, "filter", Asks.args(Asks.pod("a", 1), "node-0")))
                .contains("[\"node-0\"]");
    }

    @Test
    void without_a_list_of_nodes_there_is_an_error_and_no_empty_answer() throws Exception {
        var server = client.serve(1, 4);

        var filter = client.post(
                server, "filter", "{\"Pod\":%s,\"Nodes\":null,\"NodeNames\":null}".formatted(Asks.pod("a", 1)));

        assertThat(filter).isEqualTo("{\"Error\":\"the request has neither NodeNames nor Nodes\"}");
    }

    @Test
    void a_key_that_is_misspelt_is_refused_by_its_name_and_the_one_that_is_meant() throws Exception {
        var server = client.serve(1, 4);
        var resource = Asks.pod("a", 1).replace("busbar.dev/gpu", "busbar.dev/gpus");
        var annotation = Asks.pod("b", 1).replace("\"uid\"", "\"annotations\":{\"busbar.dev/lnk\":\"nvlink\"},\"uid\"");
        var far = Asks.pod("c", 1)
                .replace("\"uid\"", "\"annotations\":{\"busbar.dev/z\":\"\",\"busbar.dev/woken\":\"now\"},\"uid\"");

        var answers = new ArrayList<String>();
        for (var pod : List.of(resource, annotation, far, annotation)) {
            answers.add(client.post(server, "filter", Asks.args(pod, "node-0")));
        }

        var begin = "{\"NodeNames\":[],\"FailedNodes\":{},\"FailedAndUnresolvableNodes\":{\"node-0\":"
                + "\"the pod has a busbar.dev key that Busbar does not know: busbar.dev/";
        assertThat(answers)
                .containsExactly(
                        begin + "gpus; maybe busbar.dev/gpu is meant\"},\"Error\":\"\"}",
                        begin + "lnk; maybe busbar.dev/link is meant\"},\"Error\":\"\"}",
                        begin + "z\"},\"Error\":\"\"}",
                        begin + "lnk; maybe busbar.dev/link is meant\"},\"Error\":\"\"}");
    }

    @Test
    void what_busbar_writes_itself_is_known() throws Exception {
        var server = client.serve(1, 4);
        var pod = Asks.pod("a", 1)
                .replace("\"uid\"", "\"annotations\":{\"busbar.dev/woken\":\"now\",\"busbar.dev/gpus\":\"x\"},\"uid\"");

        assertThat(client.post(server, "filter", Asks.args(pod, "node-0"))).contains("[\"node-0\"]");
    }
}
