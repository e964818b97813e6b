package dev.busbar.testclusters.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.testclusters.Pods;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pods that ask for no GPU leave the CPUs beside the GPUs alone while there are others. */
class PlainPodIT {
    private static Scene scene;

    @BeforeAll
    static void start() {
        scene = Scene.empty();
        scene.lay(List.of(Machine.of("a100-quad", "gpus-a"), Machine.of("l40s", "gpus-b")));
        scene.add(Machine.plain("no-gpus"));
    }

    @AfterEach
    void clear() {
        scene.clearPods();
    }

    @ParameterizedTest
    @ValueSource(strings = {"100m", "1", "32"})
    void a_pod_without_a_gpu_goes_where_none_is(String cpu) {
        scene.cluster().pods().create(Scene.pod("plain", Map.of("cpu", cpu)));

        var pod = scene.cluster().pods().awaitBound("plain", Scene.SOON);

        assertThat(Pods.node(pod)).isEqualTo("no-gpus");
        assertThat(Held.of(pod).gpus()).isEmpty();
    }
}
