package dev.busbar.testclusters.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.testclusters.Busbar;
import dev.busbar.testclusters.ControlPlane;
import dev.busbar.testclusters.Kubectl;
import dev.busbar.testclusters.Nodes;
import dev.busbar.testclusters.Pods;
import dev.busbar.testclusters.Repository;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a kind cluster is made for, as far as it can be seen without Docker. */
class KindIT {
    private static final Path FOLDER = Repository.root().resolve("test-clusters/kind");

    @Test
    void each_pod_of_the_scenarios_goes_where_they_say() {
        try (var cluster = ControlPlane.start()) {
            Scene.define(cluster);
            var kubectl = Kubectl.of(cluster);
            kubectl.run("", "apply", "-f", FOLDER.resolve("topologies.yaml").toString());
            for (var node : List.of("busbar-worker", "busbar-worker2")) {
                cluster.nodes().add(Nodes.node(node, Map.of("busbar.dev/gpu", "8")));
            }
            try (var busbar = Busbar.serve(cluster)) {
                cluster.startScheduler(
                        Repository.root().resolve("scheduler-config/second-scheduler.yaml"), busbar.url());

                kubectl.run("", "apply", "-f", FOLDER.resolve("scenarios.yaml").toString());

                for (var pod : cluster.pods().all()) {
                    var name = pod.getMetadata().getName();
                    if (expected(pod, "node").isEmpty()) {
                        cluster.pods().awaitUnschedulable(name, Scene.SOON);
                    } else {
                        cluster.pods().awaitBound(name, Scene.SOON);
                    }
                }
                assertThat(cluster.pods().all()).hasSize(5).allSatisfy(KindIT::isWhereItShould);
            }
        }
    }

    private static void isWhereItShould(Pod pod) {
        var held = Held.of(pod);
        assertThat(Pods.node(pod)).as(held.pod()).isEqualTo(expected(pod, "node"));
        assertThat(held.gpus()).as(held.pod()).hasSize(Integer.parseInt(expected(pod, "gpus")));
    }

    private static String expected(Pod pod, String what) {
        return pod.getMetadata().getAnnotations().getOrDefault("expected/" + what, "");
    }

    @Test
    void the_script_says_what_it_would_do_and_checks_what_it_can() throws IOException, InterruptedException {
        var output = Files.createTempFile("kind", ".txt");

        int code = new ProcessBuilder(FOLDER.resolve("up").toString(), "--dry-run")
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start()
                .waitFor();

        var said = Files.readString(output, StandardCharsets.UTF_8);
        assertThat(code).as(said).isZero();
        assertThat(said)
                .contains("gpu-cluster.yaml: cluster busbar with 4 nodes")
                .containsSubsequence(
                        "+ kind create cluster --config",
                        "+ docker build -f manifests/images/busbar.Dockerfile -t busbar/busbar:",
                        "+ docker build -f manifests/images/translator.Dockerfile --build-arg PAIR=en-de",
                        "+ kind load docker-image",
                        "+ kubectl --context kind-busbar apply --server-side -k",
                        "+ kubectl --context kind-busbar patch node busbar-worker2",
                        "rollout status statefulset/translator-en-zh",
                        "wait pod/nine-by-nvlink",
                        "get pods -A");
    }
}
