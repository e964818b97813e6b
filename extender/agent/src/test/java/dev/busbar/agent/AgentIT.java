package dev.busbar.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.files.gputopology.GpuTopology;
import dev.busbar.files.gputopology.GpuTopologyCodec;
import dev.busbar.files.gputopology.Health;
import dev.busbar.files.gputopology.Spec;
import dev.busbar.testclusters.Await;
import dev.busbar.testclusters.ControlPlane;
import dev.busbar.testclusters.Nodes;
import dev.busbar.testclusters.node.StandInMachine;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent as a process against a real API server with the shipped schema. */
class AgentIT {

    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    @Test
    void it_publishes_advertises_notices_faults_and_comes_back() throws IOException, InterruptedException {
        try (var cluster = ControlPlane.start()) {
            var client = cluster.client();
            client.load(Files.newInputStream(Path.of("../../manifests/crd/gputopology.yaml")))
                    .create();
            cluster.nodes().add(Nodes.node("n1"));
            var machine = StandInMachine.of("hgx-h100", folder);
            var log = Path.of("target/agent-it.log");

            try (var agent = AgentProcess.start(machine, cluster.kubeconfig(), log)) {
                var published = Await.value(
                        "the object has its status",
                        SOON,
                        () -> topology(client)
                                .filter(topology -> !topology.status().gpus().isEmpty()));
                assertThat(published.spec()).isEqualTo(expected("hgx-h100"));
                awaitAdvertised(client, 8);

                patchNode(client, "{\"status\":{\"capacity\":{\"busbar.dev/gpu\":\"0\"}}}");
                awaitAdvertised(client, 8);

                machine.add("xid 3 79");
                awaitAdvertised(client, 7);
                assertThat(topology(client).orElseThrow().status().gpus().get(3).reason())
                        .isEqualTo("XID 79");
                assertThat(agent.page("/readyz")).isEqualTo("ok\n");
                assertThat(agent.page("/healthz")).isEqualTo("ok\n");
                // The kubelet is not there.
                assertThat(agent.page("/metrics"))
                        .contains("busbar_agent_gpus{health=\"lost\"} 1\n", "busbar_agent_kubelet_answers 0.0\n");

                agent.kill();
            }

            patchNode(client, "{\"status\":{\"capacity\":{\"busbar.dev/gpu\":\"0\"}}}");
            machine.change(machine.lines().stream()
                    .filter(line -> !line.startsWith("xid"))
                    .toList());
            try (var agent = AgentProcess.start(machine, cluster.kubeconfig(), log)) {
                awaitAdvertised(client, 7);
                assertThat(topology(client).orElseThrow().status().gpus().get(3).health())
                        .isEqualTo(Health.LOST);

                patchNode(client, "{\"status\":{\"capacity\":{\"nvidia.com/gpu\":\"8\"}}}");
                awaitAdvertised(client, 0);

                client.genericKubernetesResources("busbar.dev/v1alpha1", "GpuTopology")
                        .withName("n1")
                        .delete();
                machine.add("lost 5"); // reason enough to write, which is how the agent learns of it
                Await.until(
                        "the object comes back",
                        Duration.ofMinutes(2),
                        () -> topology(client)
                                .filter(topology -> !topology.status().gpus().isEmpty())
                                .isPresent());
                assertThat(agent.end()).isZero();
            }
        }
    }

    private static Optional<GpuTopology> topology(KubernetesClient client) {
        return Optional.ofNullable(client.genericKubernetesResources("busbar.dev/v1alpha1", "GpuTopology")
                        .withName("n1")
                        .get())
                .map(object -> GpuTopologyCodec.fromApi(
                        client.getKubernetesSerialization().asJson(object)));
    }

    private static Spec expected(String machine) throws IOException {
        return GpuTopologyCodec.fromYaml(Files.readString(
                        StandInMachine.MACHINES.resolve(machine).resolve("expected.yaml")))
                .spec();
    }

    private static void awaitAdvertised(KubernetesClient client, int gpus) {
        Await.until("the node has busbar.dev/gpu: " + gpus, SOON, () -> {
            var status = client.nodes().withName("n1").get().getStatus();
            var wanted = new Quantity(Integer.toString(gpus));
            return wanted.equals(status.getCapacity().get("busbar.dev/gpu"))
                    && wanted.equals(status.getAllocatable().get("busbar.dev/gpu"));
        });
    }

    private static void patchNode(KubernetesClient client, String patch) {
        var node = client.nodes().withName("n1");
        node.subresource("status").patch(PatchContext.of(PatchType.JSON_MERGE), patch);
    }
}
