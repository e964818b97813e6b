package dev.busbar.testclusters.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.testclusters.Await;
import dev.busbar.testclusters.Busbar;
import dev.busbar.testclusters.Nodes;
import dev.busbar.testclusters.Prometheus;
import dev.busbar.testclusters.e2e.Exporter.Gpu;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** GPU memory as a real Prometheus knows it, of nodes without an agent; each has one GPU of 80 GiB. */
@Tag("needs-prometheus")
class MonitoredMemoryIT {
    private static final String UUID = "GPU-77777777-0000-4000-8000-000000000000";

    @TempDir
    private Path folder;

    private Scene scene;
    private Exporter exporter;
    private Prometheus prometheus;
    private Busbar busbar;

    @BeforeEach
    void start() throws IOException {
        scene = Scene.empty();
        scene.add(node("by-uuid", Map.of(), Map.of("hami.io/node-nvidia-register", """
            [{"id":"%s","index":0,"count":10,"devmem":81920,"devcore":100,"type":"NVIDIA-NVIDIA A100-SXM4-80GB","numa":0,\
            "mode":"hami-core","health":true}]\
            """.formatted(UUID))));
        scene.add(node(
                "by-index",
                Map.of(
                        "nvidia.com/gpu.product", "NVIDIA-A100-SXM4-80GB",
                        "nvidia.com/gpu.count", "1",
                        "nvidia.com/gpu.memory", "81920"),
                Map.of()));
        exporter = new Exporter();
        prometheus = Prometheus.scraping(exporter.address(), folder);
        var config = Files.writeString(folder.resolve("busbar.yaml"), """
            timeouts: {sample: 5s}
            prometheus: {url: "%s", every: 250ms}
            """.formatted(prometheus.url()));
        busbar = Busbar.serve(
                folder, "--kubeconfig", scene.cluster().kubeconfig().toString(), "--config", config.toString());
    }

    @AfterEach
    void stop() {
        busbar.close();
        prometheus.close();
        exporter.close();
        scene.clear();
    }

    private static Node node(String name, Map<String, String> labels, Map<String, String> annotations) {
        return new NodeBuilder(Nodes.node(name))
                .editMetadata()
                .addToLabels(labels)
                .addToAnnotations(annotations)
                .endMetadata()
                .build();
    }

    @Test
    void a_share_goes_where_prometheus_says_that_memory_is_free() {
        // The UUID decides, not the host: this exporter runs in a pod and calls itself by the pod's name.
        exporter.shows(
                new Gpu(UUID, 0, "Hostname=\"dcgm-exporter-x7k2p\"", 60 * 1024),
                new Gpu("GPU-other", 0, "hostname=\"by-index\"", 10 * 1024));
        await("by-uuid", "measured by Prometheus, not told apart by pod: what is free is an upper bound");
        await("by-index", "measured by Prometheus, not told apart by pod: what is free is an upper bound");
        // 80 - 60 - 0.5 = 19.5
        assertThat(fits("by-uuid", 40)).isFalse();
        assertThat(fits("by-uuid", 19)).isTrue();
        // Nobody named this GPU, so no share of it can be given however free it is.
        assertThat(explained(19, "by-index").path("reason").asString(""))
                .startsWith("the device plugin gives out this node's GPUs");

        exporter.shows(new Gpu(UUID, 0, "Hostname=\"dcgm-exporter-x7k2p\"", 1024));
        Await.until("the memory is free again", Scene.SOON, () -> fits("by-uuid", 40));
        isTooOld("by-index");

        exporter.shows(new Gpu("GPU-other", 0, "hostname=\"by-index\"", 10 * 1024));
        isTooOld("by-uuid");
        assertThat(fits("by-uuid", 80)).isTrue();
    }

    /** A node whose GPU is told of no more. */
    private void isTooOld(String node) {
        var words = Await.value(
                "a sample too old",
                Scene.SOON,
                () -> Optional.of(explained(8, node).path("memory").asString(""))
                        .filter(said -> said.endsWith("too long ago: promises count")));
        assertThat(words).startsWith("measured by Prometheus at ");
    }

    private void await(String node, String words) {
        Await.until(
                "%s is %s".formatted(node, words),
                Scene.SOON,
                () -> explained(1, node).path("memory").asString("").equals(words));
    }

    private boolean fits(String node, int gibibytes) {
        return explained(gibibytes, node).path("verdict").asString("").equals("fits");
    }

    /** What a pod that asks so much is told of a node. */
    private JsonNode explained(int gibibytes, String name) {
        var answer = busbar.post("/what-if", """
            {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "asks", "namespace": "default", "uid": "asks"},
             "spec": {"containers": [{"name": "main",
              "resources": {"limits": {"busbar.dev/gpu-memory": "%dGi"}}}]}}\
            """.formatted(gibibytes));
        for (var node : JsonMapper.shared().readTree(answer).path("nodes")) {
            if (node.path("node").asString("").equals(name)) {
                return node;
            }
        }
        return JsonMapper.shared().missingNode();
    }
}
