package dev.busbar.testclusters.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.testclusters.Await;
import dev.busbar.testclusters.Pods;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two hundred pods at once on twenty nodes: thirteen of Busbar's, six of the device plugin, one without a GPU. */
class CrowdIT {
    private static final Duration LONG = Duration.ofMinutes(4);
    private static final long SEED = 7;
    private static final int PODS = 200;
    private static final int OURS = 13;
    private static final int PLUGIN = 6;

    private static Scene scene;

    @BeforeAll
    static void start() {
        scene = Scene.empty();
        var machines = new ArrayList<Machine>();
        for (int i = 0; i < OURS; i++) {
            machines.add(Machine.of("dgx-a100", "ours-%02d".formatted(i)));
        }
        for (int i = 0; i < PLUGIN; i++) {
            machines.add(Machine.of("dgx-a100", "plugin-%02d".formatted(i)).ofThePlugin());
        }
        scene.lay(machines);
        scene.add(Machine.plain("no-gpu"));
    }

    @AfterEach
    void clear() {
        scene.clearPods();
    }

    @Test
    void every_pod_is_bound_and_no_gpu_is_in_two_pods() {
        crowd().parallelStream().forEach(scene.cluster().pods()::create);

        scene.cluster().pods().awaitAllBound(PODS, LONG);

        report("undisturbed");
        balances();
    }

    @Test
    void the_same_holds_when_busbar_is_killed_in_the_middle() {
        crowd().parallelStream().forEach(scene.cluster().pods()::create);
        Await.until("a third is bound", LONG, () -> bound() > PODS / 3);

        scene.busbar().kill();
        var atTheKill = bound();
        scene.busbar().restart();
        scene.cluster().pods().awaitAllBound(PODS, LONG);

        System.out.printf("killed with %d of %d pods bound%n", atTheKill, PODS);
        report("killed and restarted");
        assertThat(atTheKill).isLessThan(PODS);
        balances();
    }

    /* 104 GPUs of ours: 25 x 1 + 20 x 2 + 5 x 4 = 85 whole ones, and 60 shares of 8 GiB, of which an A100 of 80 GB holds
     * at least eight. 48 GPUs of the plugin: 40 x 1 + 4 x 2 = 48. The rest asks for no GPU. */
    private static List<Pod> crowd() {
        var pods = new ArrayList<Pod>();
        add(pods, 25, Map.of("busbar.dev/gpu", "1"));
        add(pods, 20, Map.of("busbar.dev/gpu", "2"));
        add(pods, 5, Map.of("busbar.dev/gpu", "4"));
        add(pods, 60, Map.of("busbar.dev/gpu-memory", "8Gi"));
        add(pods, 40, Map.of("nvidia.com/gpu", "1"));
        add(pods, 4, Map.of("nvidia.com/gpu", "2"));
        add(pods, PODS - pods.size(), Map.of("cpu", "100m"));
        Collections.shuffle(pods, new Random(SEED));
        return pods;
    }

    private static void add(List<Pod> pods, int count, Map<String, String> asks) {
        for (int i = 0; i < count; i++) {
            pods.add(Scene.pod("pod-%03d".formatted(pods.size()), asks));
        }
    }

    private static long bound() {
        return scene.cluster().pods().all().stream().filter(Pods::bound).count();
    }

    private static void balances() {
        var plugin = new HashMap<String, Integer>();
        for (int i = 0; i < PLUGIN; i++) {
            plugin.put("plugin-%02d".formatted(i), 8);
        }
        new Ledger(scene.wiring(), scene.held()).balances(plugin);
    }

    private static void report(String run) {
        System.out.printf(
                "%s: %d bind conflicts%n",
                run,
                (long) scene.busbar().metric("busbar_bind_conflicts_total", "").orElseThrow());
    }
}
