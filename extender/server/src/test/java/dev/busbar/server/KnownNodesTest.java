package dev.busbar.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.core.workload.ResourceNames;
import dev.busbar.files.ClusterFolder;
import dev.busbar.server.source.FixedCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is published about nodes decides, and stands in what people ask for. */
class KnownNodesTest {
    private final Client client = new Client();

    @TempDir
    Path folder;

    @AfterEach
    void stop() {
        client.close();
    }

    private Server serve(String cluster) throws IOException {
        Files.writeString(folder.resolve("cluster.yaml"), cluster);
        return client.serve(new FixedCluster(
                ClusterFolder.read(folder, ResourceNames.DEFAULT).events()));
    }

    @Test
    void members_of_a_gang_that_need_a_node_each_share_a_rack() throws Exception {
        // By name alone a, b would come first; only c and d are in one rack.
        var server = serve(
                labelled("a", "leaf-1") + labelled("b", "leaf-2") + labelled("c", "leaf-3") + labelled("d", "leaf-3"));
        var chosen = new ArrayList<String>();

        for (var member : List.of("one", "two")) {
            client.post(server, "filter", Asks.args(member(member), "a", "b", "c", "d"));
        }
        for (var member : List.of("one", "two")) {
            var scores = client.post(server, "prioritize", Asks.args(member(member), "a", "b", "c", "d"));
            chosen.add(JsonMapper.shared()
                    .readTree(scores)
                    .valueStream()
                    .filter(score -> score.path("Score").asInt() == 10)
                    .map(score -> score.path("Host").asString())
                    .findFirst()
                    .orElseThrow());
        }

        assertThat(chosen).containsExactlyInAnyOrder("c", "d");
    }

    private static String labelled(String node, String leaf) {
        return """
            ---
            apiVersion: v1
            kind: Node
            metadata:
              name: %s
              labels:
                nvidia.com/gpu.product: NVIDIA-H100-80GB-HBM3
                nvidia.com/gpu.count: "8"
                network.topology.nvidia.com/leaf: %s
            status: {allocatable: {cpu: "64", memory: 256Gi, nvidia.com/gpu: "8"}}
            """.formatted(node, leaf);
    }

    private static String member(String name) {
        return """
            {"metadata":{"name":"%s","namespace":"default","uid":"uid-%s"},
             "spec":{"schedulingGroup":{"podGroupName":"ring"},
              "containers":[{"resources":{"limits":{"nvidia.com/gpu":"8"}}}]}}\
            """.formatted(name, name);
    }

    @Test
    void gpus_with_mig_enabled_are_not_offered_and_the_reason_stands_in_explain() throws Exception {
        var server = serve("""
            apiVersion: v1
            kind: Node
            metadata: {name: cut}
            status: {allocatable: {cpu: "64", memory: 256Gi, busbar.dev/gpu: "2"}}
            ---
            apiVersion: busbar.dev/v1alpha1
            kind: GpuTopology
            metadata: {name: cut}
            spec:
              allocator: busbar
              gpus:
              - {index: 0, uuid: GPU-0, product: A100, memory: 80Gi}
              - {index: 1, uuid: GPU-1, product: A100, memory: 80Gi, mig: [{uuid: MIG-1, profile: 1g.10gb}]}
              links: [X NV12, NV12 X]
            """);

        var one = explained(server, 1);
        var two = explained(server, 2);

        assertThat(one.path("verdict").asString()).isEqualTo("fits");
        assertThat(one.path("indices").path(0).asInt()).isZero();
        assertThat(one.path("notOffered").path(0).asString()).isEqualTo("GPU 1: not offered, MIG enabled");
        assertThat(two.path("verdict").asString()).isEqualTo("never");
        assertThat(two.path("reason").asString()).isEqualTo("the node's GPUs are not offered: MIG is enabled on them");
    }

    private JsonNode explained(Server server, int gpus) throws IOException, InterruptedException {
        var pod = Asks.pod("asks", gpus).replaceFirst("\\{", "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",");
        var answer = client.post(server, "what-if", pod);
        return JsonMapper.shared().readTree(answer).path("nodes").path(0);
    }
}
