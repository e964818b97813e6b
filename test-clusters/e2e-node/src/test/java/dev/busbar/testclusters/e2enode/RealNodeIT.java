package dev.busbar.testclusters.e2enode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.testclusters.Await;
import dev.busbar.testclusters.Pods;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The whole way, all of it real but the GPUs: scheduler, Busbar, Binding, kubelet, device plugin, containers, agent. */
@Tag("needs-root")
class RealNodeIT {
    private static final String GPUS = "busbar.dev/gpus";
    private static final String VISIBLE = "NVIDIA_VISIBLE_DEVICES";
    private static final Duration DRIFT_IS_SEEN = Duration.ofSeconds(10);

    private static Stage stage;
    private static GpuNode exact;
    private static GpuNode stock;

    @BeforeAll
    static void start() {
        stage = new Stage();
        exact = stage.bring("exact", "a100-pcie-with-bridges", GpuNode.Giver.BUSBAR);
        stock = stage.bring("stock", "dgx-1v", GpuNode.Giver.PLUGIN);
    }

    @AfterAll
    static void stop() {
        stage.close();
    }

    @AfterEach
    void clear() {
        stage.cluster().pods().deleteAll();
        Await.until("Busbar has forgotten the pods", Stage.SOON, () -> stage.free() == 16);
    }

    @Test
    void containers_see_exactly_the_gpus_that_were_promised() {
        for (var asks : List.of(Map.of("busbar.dev/gpu", "2"), Map.of("busbar.dev/gpu-memory", "8Gi"))) {
            var name = asks.keySet().iterator().next().replace("busbar.dev/", "");

            var pod = stage.run(name, asks);

            var promised = Stage.annotation(pod, GPUS);
            assertThat(exact.uuids()).containsAll(List.of(promised.split(",")));
            assertThat(stage.environment(name, VISIBLE)).containsExactly(promised);
        }
    }

    @Test
    void what_the_device_plugin_chose_replaces_our_guess() {
        var taken = new HashSet<String>();
        int right = 0;
        var rightBefore = stage.checks("guessed-right");
        var wrongBefore = stage.checks("guessed-wrong");
        // 3 and 1 first: what is left then is no ordinary half of the machine
        var counts = List.of(3, 1, 2, 2);
        for (int i = 0; i < counts.size(); i++) {
            var name = "stock-%d".formatted(i);

            var pod = stage.run(name, Map.of("nvidia.com/gpu", counts.get(i).toString()));

            var guessed = gpus(Stage.annotation(pod, "busbar.dev/gpus-predicted"));
            assertThat(guessed).hasSize(counts.get(i));
            assertThat(taken).doesNotContainAnyElementsOf(guessed);
            var held = gpus(stage.environment(name, VISIBLE).getFirst());
            Await.until(
                    "the agent has seen what %s holds".formatted(name),
                    Stage.SOON,
                    () -> stock.devicesOf(pod).equals(held));
            Await.until(
                    "explain shows what %s holds".formatted(name),
                    Stage.SOON,
                    () -> stage.seen(name).equals(held));
            taken.addAll(held);
            right += guessed.equals(held) ? 1 : 0;
        }

        assertThat(taken).hasSize(8);
        System.out.printf("right guesses of the device plugin's choice: %d of %d%n", right, counts.size());
        var rightAfter = rightBefore + right;
        var wrongAfter = wrongBefore + counts.size() - right;
        Await.until(
                "the metric counts %d right guesses and %d wrong ones".formatted(rightAfter, wrongAfter),
                Stage.SOON,
                () -> stage.checks("guessed-right") == rightAfter && stage.checks("guessed-wrong") == wrongAfter);
    }

    @Test
    void a_container_with_other_gpus_than_promised_is_found_out() {
        stage.dropThePolicy();
        try {
            var pod = new PodBuilder(Stage.resident("greedy", Map.of("busbar.dev/gpu", "1")))
                    .editSpec()
                    .editFirstContainer()
                    .addNewEnv()
                    .withName(VISIBLE)
                    .withValue("all")
                    .endEnv()
                    .endContainer()
                    .endSpec()
                    .build();
            stage.cluster().pods().create(pod);
            stage.awaitRunning("greedy");

            var told = Await.value(
                    "an Event tells of it",
                    DRIFT_IS_SEEN,
                    () -> events("greedy").stream()
                            .filter(event -> event.getReason().equals("GpuDrift"))
                            .findFirst());

            assertThat(told.getMessage()).contains(exact.uuids());
            // the metrics are set before the Event is written
            assertThat(stage.busbar().metric("busbar_drifted", "")).hasValue(1);
            assertThat(stage.checks("drifted")).isEqualTo(1);
            assertThat(stage.seen("greedy")).containsExactlyInAnyOrderElementsOf(exact.uuids());
        } finally {
            stage.applyThePolicy();
        }
    }

    @Test
    void nothing_is_given_twice_when_kubelets_and_agents_die() {
        var first = stage.run("before", Map.of("busbar.dev/gpu", "4"));
        var plugin = stage.run("plugin-before", Map.of("nvidia.com/gpu", "4"));

        for (var node : List.of(exact, stock)) {
            node.real().killKubelet();
            node.agent().kill();
            node.forgetAdvertised();
            node.real().startKubelet();
            node.startAgent();
        }
        exact.awaitAdvertised();
        stock.awaitAdvertised();
        var second = stage.run("after", Map.of("busbar.dev/gpu", "4"));
        var pluginToo = stage.run("plugin-after", Map.of("nvidia.com/gpu", "4"));

        var given = new ArrayList<>(gpus(Stage.annotation(first, GPUS)));
        given.addAll(gpus(Stage.annotation(second, GPUS)));
        assertThat(given).containsExactlyInAnyOrderElementsOf(exact.uuids());
        assertThat(stage.environment("before", VISIBLE)).containsExactly(Stage.annotation(first, GPUS));
        var plugged = new ArrayList<String>();
        for (Pod pod : List.of(plugin, pluginToo)) {
            plugged.addAll(
                    gpus(stage.environment(pod.getMetadata().getName(), VISIBLE).getFirst()));
        }
        assertThat(plugged).containsExactlyInAnyOrderElementsOf(stock.uuids());
        stage.cluster().pods().create(Stage.resident("too-many", Map.of("busbar.dev/gpu", "1")));
        assertThat(stage.cluster()
                        .pods()
                        .awaitUnschedulable("too-many", Stage.SOON)
                        .getMessage())
                .contains("Insufficient busbar.dev/gpu");
        assertThat(stage.cluster().pods().all()).filteredOn(Pods::bound).hasSize(4);
    }

    private static List<Event> events(String pod) {
        return stage.cluster().client().v1().events().inNamespace("default").list().getItems().stream()
                .filter(event -> event.getInvolvedObject().getName().equals(pod))
                .toList();
    }

    private static Set<String> gpus(String list) {
        return Set.of(list.split(","));
    }
}
