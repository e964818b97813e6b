package dev.busbar.testclusters.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.testclusters.Pods;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What only Busbar knows to be free again brings waiting pods to their nodes: no event tells the scheduler. */
class WakeIT {
    private static final Duration WITHIN_SECONDS = Duration.ofSeconds(10);

    private static Scene scene;

    @BeforeAll
    static void start() {
        scene = Scene.empty();
    }

    @AfterEach
    void clear() {
        scene.clear();
    }

    @Test
    void a_pod_is_placed_when_lost_gpus_are_healthy_again() {
        var machine = Machine.of("a40", "repaired");
        scene.lay(List.of(machine));
        scene.observe(machine, Map.of("health", "lost"));
        scene.awaitFree(machine, 0);
        scene.cluster().pods().create(Scene.pod("patient", Map.of("busbar.dev/gpu", "2")));
        scene.cluster().pods().awaitUnschedulable("patient", Scene.SOON);
        var woken = woken();

        scene.observe(machine, Map.of("health", "healthy"));
        var placed = scene.cluster().pods().awaitBound("patient", WITHIN_SECONDS);

        report(placed);
        assertThat(Pods.node(placed)).isEqualTo("repaired");
        assertThat(woken()).isEqualTo(woken + 1);
    }

    @Test
    void a_share_is_placed_when_the_memory_that_a_stranger_used_is_free() {
        var machine = Machine.of("a40", "used");
        scene.lay(List.of(machine));
        scene.observe(machine, measured("40Gi"));
        scene.awaitFree(machine, 0);
        scene.cluster().pods().create(Scene.pod("share", Map.of("busbar.dev/gpu-memory", "20Gi")));
        scene.cluster().pods().awaitUnschedulable("share", Scene.SOON);
        var woken = woken();

        scene.observe(machine, measured("1Mi"));
        var placed = scene.cluster().pods().awaitBound("share", WITHIN_SECONDS);

        report(placed);
        assertThat(Pods.node(placed)).isEqualTo("used");
        assertThat(woken()).isEqualTo(woken + 1);
    }

    private static Map<String, String> measured(String memory) {
        return Map.of(
                "health",
                "healthy",
                "usedMemory",
                memory,
                "measured",
                "per-gpu",
                "observedAt",
                Instant.now().toString());
    }

    private static int woken() {
        return (int)
                scene.busbar().metric("busbar_wakes_total", "outcome=\"woken\"").orElse(0);
    }

    private static void report(Pod pod) {
        System.out.printf(
                "%s was woken at %s%n",
                pod.getMetadata().getName(), pod.getMetadata().getAnnotations().get("busbar.dev/woken"));
    }
}
