package dev.busbar.testclusters.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.testclusters.Await;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What {@code kubectl apply -k manifests/base} brings about. */
class BaseIT {
    private static BaseStack stack;

    @BeforeAll
    static void apply() {
        stack = BaseStack.theOne();
    }

    @Test
    void the_translators_of_each_pair_are_placed_by_busbar_on_different_machines() {
        var sets = stack.base().all(StatefulSet.class);
        int replicas =
                sets.stream().mapToInt(set -> set.getSpec().getReplicas()).sum();

        var pods = stack.awaitReady("translation", replicas);

        assertThat(sets).hasSizeGreaterThan(1);
        for (var set : sets) {
            var pair = set.getMetadata().getLabels().get("app.kubernetes.io/instance");
            var own = pods.stream()
                    .filter(pod ->
                            Objects.equals(pair, pod.getMetadata().getLabels().get("app.kubernetes.io/instance")))
                    .toList();
            assertThat(own)
                    .extracting(pod -> pod.getSpec().getNodeName())
                    .containsExactlyInAnyOrderElementsOf(BaseStack.MACHINES);
        }
        assertThat(pods).allSatisfy(BaseIT::holdsAGpuOfItsNodeAndSeesIt);
    }

    private static void holdsAGpuOfItsNodeAndSeesIt(Pod pod) {
        assertThat(pod.getMetadata().getAnnotations().get("busbar.dev/gpus"))
                .matches("GPU-%s-[-0-9a-f]+".formatted(pod.getSpec().getNodeName()));
        assertThat(pod.getSpec().getContainers().getFirst().getEnv())
                .filteredOn(variable -> variable.getName().equals("NVIDIA_VISIBLE_DEVICES"))
                .singleElement()
                .satisfies(variable -> assertThat(
                                variable.getValueFrom().getFieldRef().getFieldPath())
                        .isEqualTo("metadata.annotations['busbar.dev/gpus']"));
        var limits = pod.getSpec().getContainers().getFirst().getResources().getLimits();
        assertThat(limits.get("busbar.dev/gpu-memory")).isNotNull().isNotEqualTo(new Quantity("0"));
    }

    @Test
    void the_scheduler_and_an_agent_per_gpu_machine_are_let_in_by_their_namespaces() {
        var schedulers = stack.awaitReady("busbar-system", 2);
        var agents = stack.awaitReady("busbar-agent", BaseStack.MACHINES.size());

        assertThat(schedulers).extracting(pod -> pod.getSpec().getNodeName()).doesNotHaveDuplicates();
        assertThat(agents)
                .extracting(pod -> pod.getSpec().getNodeName())
                .containsExactlyInAnyOrderElementsOf(BaseStack.MACHINES);
    }

    @Test
    void the_verbs_are_on_loopback_alone_and_health_and_metrics_beside_them() {
        var extender = stack.extender();
        var config =
                stack.base().the(ConfigMap.class, "busbar-extender").getData().get("busbar.yaml");
        var scheduler =
                stack.base().the(ConfigMap.class, "busbar-scheduler").getData().get("second-scheduler.yaml");

        assertThat(config).contains("\nlisten: 127.0.0.1:8888\n", "\nops:\n  listen: 0.0.0.0:9090\n");
        assertThat(scheduler).contains("urlPrefix: http://127.0.0.1:8888\n");
        assertThat(extender.getPorts())
                .singleElement()
                .satisfies(port -> assertThat(port.getContainerPort()).isEqualTo(9090));
        assertThat(List.of(extender.getStartupProbe(), extender.getLivenessProbe(), extender.getReadinessProbe()))
                .allSatisfy(probe -> {
                    assertThat(probe.getHttpGet().getPort().getStrVal()).isEqualTo("ops");
                    assertThat(stack.ops(probe.getHttpGet().getPath()).statusCode())
                            .isEqualTo(200);
                });
        assertThat(stack.ops("/metrics").body()).contains("busbar_decides");
        assertThat(stack.ops("/filter").statusCode()).isEqualTo(404);
        assertThat(stack.ops("/snapshot").statusCode()).isEqualTo(404);
    }

    @Test
    void the_agents_answer_their_probes() {
        var container = stack.base()
                .the(DaemonSet.class, "busbar-agent")
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .getFirst();

        assertThat(container.getPorts())
                .singleElement()
                .satisfies(
                        port -> assertThat(container.getArgs()).contains("--ops=0.0.0.0:" + port.getContainerPort()));
        for (var probe : List.of(container.getLivenessProbe(), container.getReadinessProbe())) {
            assertThat(probe.getHttpGet().getPort().getStrVal())
                    .isEqualTo(container.getPorts().getFirst().getName());
            assertThat(stack.agents())
                    .allSatisfy(agent -> Await.until(
                            "the agent's " + probe.getHttpGet().getPath(),
                            BaseStack.SOON,
                            () -> agent.status(probe.getHttpGet().getPath()) == 200));
        }
    }
}
