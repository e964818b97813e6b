package dev.busbar.testclusters.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SharesIT {
    private static Scene scene;

    @BeforeAll
    static void start() {
        scene = Scene.empty();
        scene.lay(List.of(Machine.of("l40s", "shared")));
    }

    @Test
    void two_shares_fit_on_one_gpu_and_a_third_that_does_not_goes_elsewhere() {
        // an L40S has 46068 MiB: two of 18432 leave 9204, too little for a third
        for (var name : List.of("first", "second", "third")) {
            scene.cluster().pods().create(Scene.pod(name, Map.of("busbar.dev/gpu-memory", "18Gi")));
            scene.cluster().pods().awaitBound(name, Scene.SOON);
        }

        var first = gpuOf("first");
        assertThat(gpuOf("second")).isEqualTo(first);
        assertThat(gpuOf("third")).isNotEqualTo(first);
        new Ledger(scene.wiring(), scene.held()).balances(Map.of());
    }

    private static String gpuOf(String pod) {
        return Held.of(scene.cluster().pods().find(pod).orElseThrow()).gpus().getFirst();
    }
}
