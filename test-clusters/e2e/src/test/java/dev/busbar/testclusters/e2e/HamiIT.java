package dev.busbar.testclusters.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.testclusters.Await;
import dev.busbar.testclusters.Busbar;
import dev.busbar.testclusters.ControlPlane;
import dev.busbar.testclusters.FreePorts;
import dev.busbar.testclusters.Kubectl;
import dev.busbar.testclusters.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Pods as they are written for HAMi, with the configuration that is shipped for them. */
class HamiIT {
    private static final Path MANIFESTS = Repository.root().resolve("manifests");

    private static ControlPlane cluster;
    private static Busbar busbar;
    private static Machine machine;

    @BeforeAll
    static void start() throws IOException {
        cluster = ControlPlane.start();
        Scene.define(cluster);
        Kubectl.of(cluster).run(policy(), "apply", "--server-side", "-f", "-");
        machine = Machine.of("l40s", "shared");
        cluster.client().resource(machine.topology()).create();
        cluster.nodes().add(machine.node());
        var shipped = Files.readString(MANIFESTS.resolve("components/hami/busbar.yaml"));
        var own = shipped.replace("0.0.0.0:9090", "127.0.0.1:" + FreePorts.take(1)[0]);
        var config = Files.writeString(cluster.folder().resolve("busbar.yaml"), own);
        busbar = Busbar.serve(
                cluster.logs(), "--kubeconfig", cluster.kubeconfig().toString(), "--config", config.toString());
        cluster.startScheduler(MANIFESTS.resolve("components/hami/second-scheduler.yaml"), busbar.url());
    }

    private static String policy() {
        return Arrays.stream(Kubectl.offline()
                        .kustomize(MANIFESTS.resolve("overlays/hami"))
                        .split("(?m)^---$"))
                .filter(object -> object.contains("kind: MutatingAdmissionPolicy"))
                .collect(Collectors.joining("---\n"));
    }

    @AfterAll
    static void stop() {
        busbar.close();
        cluster.close();
    }

    @Test
    void shares_in_mebibytes_and_hundredths_are_put_on_one_gpu_until_it_is_full() {
        // an L40S has 46068 MiB: two of 18000 leave 10068, too little for a third
        var ask = Map.of("nvidia.com/gpu", "1", "nvidia.com/gpumem", "18000", "nvidia.com/gpucores", "30");
        for (var name : List.of("first", "second", "third")) {
            cluster.pods().create(Scene.pod(name, ask));
            cluster.pods().awaitBound(name, Scene.SOON);
        }

        assertThat(gpusOf("first")).hasSize(1).isEqualTo(gpusOf("second"));
        assertThat(gpusOf("third")).hasSize(1).isNotEqualTo(gpusOf("first"));
        assertThat(cluster.pods()
                        .find("first")
                        .orElseThrow()
                        .getSpec()
                        .getContainers()
                        .getFirst()
                        .getEnv())
                .singleElement()
                .satisfies(variable -> assertThat(variable.getName()).isEqualTo("NVIDIA_VISIBLE_DEVICES"));
    }

    @Test
    void two_gpus_with_a_share_of_each_are_refused_with_a_reason() {
        cluster.pods().create(Scene.pod("two", Map.of("nvidia.com/gpu", "2", "nvidia.com/gpumem", "1000")));

        // Before Busbar decides, the pod waits for that.
        Await.until(
                "the reason stands on the pod",
                Scene.SOON,
                () -> String.valueOf(cluster.pods()
                                .awaitUnschedulable("two", Scene.SOON)
                                .getMessage())
                        .contains("the pod asks whole GPUs and a share"));
    }

    private static List<String> gpusOf(String pod) {
        return Held.of(cluster.pods().find(pod).orElseThrow()).gpus();
    }
}
