package dev.busbar.testclusters.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.testclusters.Await;
import dev.busbar.testclusters.Pods;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A pod whose GPUs exist in number but not in kind waits, quietly and with a reason, until they come. */
class WaitingIT {
    private static final Duration WATCHED = Duration.ofSeconds(30);
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

    @ParameterizedTest
    @CsvSource({
        "wants-nvlink, busbar.dev/link, nvlink, no GPU set of that size on the node is joined by NVLink",
        "wants-speed, busbar.dev/min-bandwidth, 200, no GPU set of that size on the node has the wanted bandwidth"
    })
    void it_says_why_does_not_spin_and_is_placed_when_a_node_fits(String name, String key, String value, String why) {
        scene.lay(List.of(Machine.of("l40s", name + "-a"), Machine.of("l40s", name + "-b")));
        scene.cluster().pods().create(annotated(Scene.pod(name, Map.of("busbar.dev/gpu", "2")), key, value));
        var first = scene.cluster().pods().awaitUnschedulable(name, Scene.SOON);
        var callsPerMinute = callsPerMinute(name);
        var later = scene.cluster().pods().awaitUnschedulable(name, Scene.SOON);

        scene.bring(Machine.of("a100-pcie", name + "-c"));
        var placed = scene.cluster().pods().awaitBound(name, WITHIN_SECONDS);

        System.out.printf("%s: %d filter calls per minute while it waited%n", name, callsPerMinute);
        assertThat(first.getReason()).isEqualTo("Unschedulable");
        assertThat(first.getMessage()).contains("0/2 nodes are available").contains("2 " + why);
        assertThat(later.getMessage()).isEqualTo(first.getMessage());
        assertThat(callsPerMinute).isLessThanOrEqualTo(6);
        assertThat(Pods.node(placed)).isEqualTo(name + "-c");
    }

    /** Counted while nothing else happens, the tries of the beginning left out. */
    private static long callsPerMinute(String pod) {
        var before = scene.tap().filtersOf(pod);
        var end = System.nanoTime() + WATCHED.toNanos();
        Await.until("the watched time is over", WATCHED.plusSeconds(5), () -> System.nanoTime() > end);
        var calls = scene.tap().filtersOf(pod) - before;
        return calls * 60L / WATCHED.toSeconds();
    }

    private static Pod annotated(Pod pod, String key, String value) {
        return new PodBuilder(pod)
                .editMetadata()
                .addToAnnotations(key, value)
                .endMetadata()
                .build();
    }
}
