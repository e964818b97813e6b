package dev.busbar.testclusters.e2enode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.testclusters.Await;
import dev.busbar.testclusters.ClusterException;
import dev.busbar.testclusters.Repository;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What an administrator has who applied the base to a node that runs containers. */
@Tag("needs-root")
class StackIT {
    private static final String GPUS = "busbar.dev/gpus";
    private static final int OPS = 9090;
    private static final int VERBS = 8888;

    /** Processes beside the translator that together have more than its memory limit, each of them less than it has. */
    private static final String EAT = """
        for each in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
            { head -c 100000000 /dev/zero; sleep 60; } | tail -c 100000000 >/dev/null &
        done
        wait\
        """;

    private static final Web WEB = new Web();
    private static Stack stack;

    @BeforeAll
    static void apply() {
        stack = new Stack("a100-pcie-with-bridges");
        System.out.printf(
                "all containers were ready %.1f s after they were applied%n",
                stack.untilReady().toMillis() / 1000.0);
    }

    @AfterAll
    static void stop() {
        WEB.close();
        stack.close();
    }

    @Test
    void a_sentence_is_translated_at_each_pods_address() throws IOException {
        for (var language : List.of("de", "zh")) {
            var pair = "en-" + language;
            var unseen = Repository.root().resolve("inference/demo-model").resolve(pair);
            var sentence =
                    Files.readAllLines(unseen.resolve("unseen.source.txt")).get(1);

            var translated = WEB.translate(stack.translator(pair), language, sentence);

            assertThat(translated)
                    .isEqualTo(Files.readAllLines(unseen.resolve("unseen.target.txt"))
                            .get(1));
        }
    }

    @Test
    void translators_see_the_devices_they_were_given_and_the_agent_sees_that() throws IOException {
        var devices = stack.machine().uuids();
        for (var pair : List.of("en-de", "en-zh")) {
            var pod = stack.translator(pair);
            var given = Stage.annotation(pod, GPUS);

            var visible = stack.exec(pod, "translator", "printenv", "NVIDIA_VISIBLE_DEVICES");

            assertThat(devices).contains(given);
            assertThat(visible).isEqualTo(given + "\n");
            Await.until(
                    "the agent has seen that %s holds %s".formatted(pair, given),
                    Stack.SOON,
                    () -> stack.seen(pod).equals(Set.of(given)));
        }
        assertThat(explained(stack.translator("en-de"))).contains("the pod holds the GPUs that it was promised");
    }

    /** As an administrator asks: from outside of the pod nobody reaches the verbs. */
    private static String explained(Pod pod) {
        var name = pod.getMetadata();
        return stack.exec(
                stack.pods("busbar-system").getFirst(),
                "extender",
                "/opt/java/bin/java",
                "-jar",
                "/opt/busbar/busbar.jar",
                "explain",
                "-o",
                "json",
                "--server",
                "http://127.0.0.1:" + VERBS,
                name.getNamespace() + "/" + name.getName());
    }

    @Test
    void whole_gpus_are_given_beside_shares_and_beside_pods_that_only_look() throws IOException {
        var pods = stack.cluster().pods();

        pods.create(Stage.resident("quad", Map.of("busbar.dev/gpu", "4")));

        var quad = pods.awaitBound("quad", Stack.SOON);
        var given = Set.of(Stage.annotation(quad, GPUS).split(","));
        assertThat(stack.machine().uuids()).containsAll(given);
        assertThat(given).hasSize(4);
        for (var pair : List.of("en-de", "en-zh")) {
            assertThat(given).doesNotContain(Stage.annotation(stack.translator(pair), GPUS));
        }
        Await.until(
                "the agent has seen that it holds them",
                Stack.SOON,
                () -> stack.seen(quad).equals(given));
        pods.deleteAll();
    }

    @Test
    void the_agent_describes_the_node_from_inside_its_container() throws IOException {
        var topology = stack.cluster()
                .client()
                .genericKubernetesResources("busbar.dev/v1alpha1", "GpuTopology")
                .withName(Stack.NODE)
                .get();

        var described = JsonMapper.shared().<JsonNode>valueToTree(topology.get("spec"));

        assertThat(described
                        .path("gpus")
                        .valueStream()
                        .map(gpu -> gpu.path("uuid").asString()))
                .containsExactlyElementsOf(stack.machine().uuids());
        assertThat(described.path("links").path(0).asString()).isEqualTo("X NODE NV12 NODE SYS SYS SYS SYS");
        assertThat(described.path("numa").size()).isEqualTo(2);
        assertThat(described.path("kubelet").path("topologyManagerPolicy").asString())
                .isEqualTo("none");
    }

    @Test
    void what_the_stock_device_plugin_gave_is_seen_through_the_kubelets_socket() {
        stack.addStockNode("stock-node", "dgx-1v");
        var pods = stack.cluster().pods();

        pods.create(Stage.resident("plugged", Map.of("nvidia.com/gpu", "2")));

        var pod = Await.value(
                "the pod runs",
                Stack.SOON,
                () -> pods.find("plugged")
                        .filter(found -> "Running".equals(found.getStatus().getPhase())));
        Await.until("its container has spoken", Stack.SOON, () -> stack.log(pod).contains("PATH="));
        var given = stack.log(pod)
                .lines()
                .filter(line -> line.startsWith("NVIDIA_VISIBLE_DEVICES="))
                .map(line -> line.substring(line.indexOf('=') + 1))
                .flatMap(list -> Stream.of(list.split(",")))
                .collect(Collectors.toSet());
        assertThat(given).hasSize(2);
        Await.until(
                "the agent has seen that it holds them",
                Stack.SOON,
                () -> stack.seen(pod).equals(given));
        pods.deleteAll();
    }

    @Test
    void only_health_and_metrics_are_to_be_had_at_the_schedulers_address() throws IOException {
        var pod = stack.pods("busbar-system").getFirst();

        var metrics = WEB.get(Web.at(pod, OPS, "/metrics"));

        assertThat(metrics).contains("busbar_decides 1.0");
        assertThatThrownBy(() -> WEB.get(Web.at(pod, VERBS, "/snapshot"))).isInstanceOf(ConnectException.class);
    }

    @Test
    void the_images_programs_start_from_what_the_jvm_kept_and_can_change_no_file_of_the_image() {
        for (var program : List.of(
                new Content(stack.pods("busbar-agent").getFirst(), "agent", "busbar.jar", "0"),
                new Content(stack.pods("busbar-system").getFirst(), "extender", "busbar.jar", "65532"),
                new Content(stack.translator("en-de"), "translator", "translator.jar", "65532"))) {
            var version = program.says("/opt/java/bin/java", "-jar", "/opt/busbar/" + program.jar(), "--version");
            var user = program.says("id", "-u");

            assertThat(version).matches("(busbar|translator) \\d.*\\n");
            assertThat(user).isEqualTo(program.user() + "\n");
            assertThatThrownBy(() -> program.says("touch", "/opt/busbar/mine"))
                    .isInstanceOf(ClusterException.class)
                    .hasMessageContaining("Read-only file system");
            if (program.jar().equals("busbar.jar")) {
                // with this mode a JVM ends that can not use the cache which the manifest names
                program.says(
                        "/opt/java/bin/java", "-XX:AOTMode=on", "-jar", "/opt/busbar/" + program.jar(), "--version");
            }
        }
    }

    private record Content(Pod pod, String container, String jar, String user) {
        String says(String... command) {
            return stack.exec(pod, container, command);
        }
    }

    @Test
    void a_translator_that_outgrows_its_memory_is_started_again_and_the_others_go_on() throws Exception {
        var victim = stack.translator("en-zh");
        assertThat(Stack.main(victim).getRestartCount()).isZero();
        try (var client = new Client(WEB, stack.translator("en-de"))) {
            long begun = System.nanoTime();

            assertThatThrownBy(() -> stack.exec(victim, "translator", "sh", "-c", EAT))
                    .isInstanceOf(ClusterException.class);

            Await.until("en-zh is ready again", Stack.SOON, () -> {
                var now = stack.translator("en-zh");
                return Stack.main(now).getRestartCount() == 1 && Stack.isReady(now);
            });
            System.out.printf(
                    "a translator was ready again %.1f s after its memory began to be eaten; another one answered %d"
                            + " times meanwhile%n",
                    Duration.ofNanos(System.nanoTime() - begun).toMillis() / 1000.0, client.answered());
            var killed = Stack.main(stack.translator("en-zh")).getLastState().getTerminated();
            assertThat(killed.getReason()).isEqualTo("OOMKilled");
            assertThat(client.failures()).isEmpty();
            assertThat(client.answered()).isGreaterThan(10);
        }
        assertThat(WEB.translate(stack.translator("en-zh"), "zh", "Why?")).isNotBlank();
        for (var other : List.of("busbar-system", "busbar-agent")) {
            assertThat(stack.pods(other))
                    .allSatisfy(
                            pod -> assertThat(Stack.main(pod).getRestartCount()).isZero());
        }
        assertThat(Stage.annotation(stack.translator("en-zh"), GPUS)).isEqualTo(Stage.annotation(victim, GPUS));
    }
}
