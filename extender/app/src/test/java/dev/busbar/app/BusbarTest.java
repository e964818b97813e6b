package dev.busbar.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class BusbarTest {
    private static final String TWO_LINKED_GPUS = """
        apiVersion: v1
        kind: Pod
        metadata:
          name: trainer
          annotations: {busbar.dev/link: nvlink}
        spec:
          containers:
            - name: main
              resources: {limits: {busbar.dev/gpu: "2"}}
        """;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    record Answer(int exit, String out, String err) {
        JsonNode json() {
            return new JsonMapper().readTree(out);
        }
    }

    private static Answer busbar(String... args) {
        var out = new StringWriter();
        var err = new StringWriter();
        int exit = Busbar.run(args, new PrintWriter(out, true), new PrintWriter(err, true));
        return new Answer(exit, out.toString(), err.toString());
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"serve", "agent", "explain", "import", "clusters", "demo"})
    void help_teaches_with_an_example(String verb) {
        var answer = busbar(verb, "--help");

        assertThat(answer.exit()).isZero();
        assertThat(answer.out())
                .contains("Usage: busbar " + verb)
                .contains("Example: ")
                .contains("busbar " + verb);
    }

    static Stream<List<String>> wrongUsages() {
        return Stream.of(
                List.of(),
                List.of("place"),
                List.of("explain"),
                List.of("explain", "--cluster", "demo"),
                List.of("explain", "--server", "http://127.0.0.1:1", "no-slash"),
                List.of("serve", "--cluster", "demo", "--kubeconfig", "x"),
                List.of("serve", "--port", "1"));
    }

    @ParameterizedTest
    @MethodSource("wrongUsages")
    void wrong_usage_exits_with_2_and_says_so_on_stderr(List<String> args) {
        var answer = busbar(args.toArray(String[]::new));

        assertThat(answer.exit()).isEqualTo(2);
        assertThat(answer.out()).isEmpty();
        assertThat(answer.err()).isNotBlank();
    }

    @Test
    void every_bundled_cluster_is_listed_with_its_sentence() {
        var answer = busbar("clusters");

        assertThat(answer.exit()).isZero();
        assertThat(answer.out().lines()).anySatisfy(line -> assertThat(line).matches("demo +\\S.*"));
    }

    @Test
    void a_pod_that_asks_for_linked_gpus_is_explained_node_by_node() throws IOException {
        var pod = file("pod.yaml", TWO_LINKED_GPUS);

        var answer = busbar("explain", "--cluster", "demo", "--pod", pod.toString(), "-o", "json");

        assertThat(answer.exit()).as(answer.err()).isZero();
        var json = answer.json();
        var chosen = json.path("chosen").asString();
        assertThat(chosen).isNotEmpty();
        for (var node : json.path("nodes")) {
            double sum = node.path("terms")
                    .valueStream()
                    .mapToDouble(JsonNode::asDouble)
                    .sum();
            assertThat(node.path("score").asDouble()).as("%s", node).isCloseTo(sum, within(1e-6));
        }
        assertThat(json.path("nodes")
                        .valueStream()
                        .filter(node -> node.path("node").asString().equals(chosen)))
                .singleElement()
                .satisfies(node -> {
                    assertThat(node.path("verdict").asString()).isEqualTo("fits");
                    assertThat(node.path("gpus")).hasSize(2);
                    assertThat(node.path("gbps").asDouble()).isGreaterThan(24);
                });
    }

    @Test
    void the_table_names_the_node_and_the_set() throws IOException {
        var pod = file("pod.yaml", TWO_LINKED_GPUS);

        var answer = busbar("explain", "--cluster", "demo", "--pod", pod.toString());

        assertThat(answer.exit()).as(answer.err()).isZero();
        assertThat(answer.out()).startsWith("pod default/trainer -> node ").contains("runner-up");
    }

    @Test
    void a_pod_that_fits_nowhere_is_an_answer_and_no_failure() throws IOException {
        var pod = file("pod.yaml", TWO_LINKED_GPUS.replace("\"2\"", "\"64\""));

        var answer = busbar("explain", "--cluster", "demo", "--pod", pod.toString());

        assertThat(answer.exit()).as(answer.err()).isZero();
        assertThat(answer.out()).startsWith("pod default/trainer fits nowhere");
    }

    record Bad(String name, String pod, String said) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Bad> badPods() {
        return Stream.of(
                new Bad("half a GPU", TWO_LINKED_GPUS.replace("\"2\"", "\"3.5\""), "whole number"),
                new Bad("less than none", TWO_LINKED_GPUS.replace("\"2\"", "\"-1\""), "whole number"),
                new Bad("more than any node has", TWO_LINKED_GPUS.replace("\"2\"", "\"99\""), "whole number"),
                new Bad("a link of no kind", TWO_LINKED_GPUS.replace("nvlink", "copper"), "busbar.dev/link"),
                new Bad("no YAML", "{{{", "pod.yaml"));
    }

    @ParameterizedTest
    @MethodSource("badPods")
    void a_pod_that_makes_no_sense_is_one_clear_line(Bad bad) throws IOException {
        var pod = file("pod.yaml", bad.pod());

        var answer = busbar("explain", "--cluster", "demo", "--pod", pod.toString());

        assertThat(answer.exit()).isEqualTo(1);
        assertThat(answer.out()).isEmpty();
        assertThat(answer.err()).contains(bad.said()).doesNotContain("\tat ");
    }

    @Test
    void a_configuration_that_makes_no_sense_is_one_clear_line() throws IOException {
        var config = file("busbar.yaml", "timeouts: {claim: -5s}");

        var answer = busbar("serve", "--cluster", "demo", "--config", config.toString());

        assertThat(answer.exit()).isEqualTo(1);
        assertThat(answer.err()).contains("timeouts.claim").doesNotContain("\tat ");
    }

    @Test
    void an_address_that_is_taken_is_named_once() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var address = "127.0.0.1:" + taken.getLocalPort();

            var answer = busbar("serve", "--cluster", "demo", "--listen", address);

            assertThat(answer.exit()).isEqualTo(1);
            assertThat(answer.err()).containsOnlyOnce(address).contains("Maybe");
        }
    }

    @Test
    void a_cluster_that_is_not_there_is_named_with_those_that_are() throws IOException {
        var pod = file("pod.yaml", TWO_LINKED_GPUS);

        var answer = busbar("explain", "--cluster", "demoo", "--pod", pod.toString());

        assertThat(answer.exit()).isEqualTo(1);
        assertThat(answer.err()).contains("demoo").contains("Maybe").contains("demo");
    }
}
