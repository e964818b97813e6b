package dev.busbar.testclusters.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.testclusters.Await;
import dev.busbar.testclusters.Pods;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.scheduling.v1.PriorityClassBuilder;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An important pod that needs two linked GPUs makes room by a linked pair, not by any two pods. */
class PreemptionIT {
    private static Scene scene;

    @BeforeAll
    static void start() {
        scene = Scene.empty();
        priority("unimportant", 10);
        priority("important", 1000);
    }

    private static void priority(String name, int value) {
        var wanted = new PriorityClassBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withValue(value)
                .build();
        scene.cluster()
                .client()
                .scheduling()
                .v1()
                .priorityClasses()
                .resource(wanted)
                .create();
    }

    @AfterEach
    void clear() {
        scene.lag().by(Duration.ZERO);
        scene.clear();
    }

    /* An A40 machine has two bridged pairs, 0-3 and 1-2, and nothing links a GPU of one to a GPU of the other. Of four
     * pods that matter alike the scheduler by itself would evict any two: in most of these orders two of both pairs. */
    @ParameterizedTest
    @ValueSource(strings = {"0123", "0132", "0213", "0312"})
    void one_whole_pair_is_evicted_and_the_pod_lands_on_it(String order) {
        makesRoom(order);
    }

    /* The scheduler hears that the victims are gone and asks at once, when for Busbar they are still there. It is
     * refused and hears of nothing more; so Busbar, when it has heard, must bring it to ask again. */
    @Test
    void the_same_holds_where_busbar_hears_later_than_the_scheduler() {
        scene.lag().by(Duration.ofMillis(700));

        makesRoom("0123");
    }

    private static void makesRoom(String order) {
        var machine = Machine.of("a40", "pairs-" + order);
        scene.lay(List.of(machine));
        for (int i = 0; i < order.length(); i++) {
            scene.cluster().pods().create(holding(machine, Character.digit(order.charAt(i), 10)));
        }
        Await.until(
                "Busbar sees no free GPU",
                Scene.SOON,
                () -> new Probe(scene.busbar(), machine.name(), "busbar.dev/gpu").sees(0));
        var before = gpusByPod();

        scene.cluster().pods().create(pod("high", "important", 2));
        scene.cluster().pods().awaitBound("high", Scene.SOON);

        var after = gpusByPod();
        var evicted = before.entrySet().stream()
                .filter(held -> !after.containsKey(held.getKey()))
                .flatMap(held -> held.getValue().stream())
                .collect(Collectors.toCollection(TreeSet::new));
        System.out.printf("pods came in the order %s: evicted from %s%n", order, evicted);
        assertThat(before).hasSize(4);
        assertThat(after).hasSize(3);
        assertThat(Set.copyOf(after.get("high"))).isEqualTo(evicted).hasSize(2);
        assertThat(scene.wiring().allLinked(List.copyOf(evicted))).isTrue();
        new Ledger(scene.wiring(), scene.held()).balances(Map.of());
    }

    /** A pod of yesterday. */
    private static Pod holding(Machine machine, int gpu) {
        return new PodBuilder(pod("low-" + gpu, "unimportant", 1))
                .editMetadata()
                .addToAnnotations("busbar.dev/gpus", machine.uuids().get(gpu))
                .endMetadata()
                .editSpec()
                .withNodeName(machine.name())
                .endSpec()
                .build();
    }

    private static Map<String, List<String>> gpusByPod() {
        var held = new HashMap<String, List<String>>();
        scene.held().forEach(pod -> held.put(pod.pod(), pod.gpus()));
        return held;
    }

    private static Pod pod(String name, String priority, int gpus) {
        var pod = Pods.pod(name, "busbar-scheduler", Map.of("busbar.dev/gpu", Integer.toString(gpus)));
        pod.getSpec().setPriorityClassName(priority);
        return pod;
    }
}
