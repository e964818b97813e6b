package dev.busbar.testclusters;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The shipped admission policy, on a real API server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VisibleDevicesIT {
    private static final String VARIABLE = "NVIDIA_VISIBLE_DEVICES";

    private final ControlPlane cluster = ControlPlane.start();

    @BeforeAll
    void apply_the_policy_and_wait_until_it_acts() throws IOException {
        try (var policy = Files.newInputStream(Repository.root().resolve("manifests/admission/visible-devices.yaml"))) {
            cluster.client().load(policy).serverSideApply();
        }
        Await.until("the policy to act", Duration.ofSeconds(60), () -> {
            var pod = cluster.pods().create(Pods.pod("probe", "none", Map.of("busbar.dev/gpu", "1")));
            cluster.pods().delete("probe");
            return !pod.getSpec().getContainers().getFirst().getEnv().isEmpty();
        });
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    @Test
    void every_container_of_a_pod_with_an_ask_of_ours_sees_the_pods_gpus() {
        var pod = new PodBuilder(Pods.pod("asks", "none", Map.of("busbar.dev/gpu-memory", "8Gi")))
                .editSpec()
                .addToContainers(new ContainerBuilder()
                        .withName("second")
                        .withImage("none")
                        .addNewEnv()
                        .withName("KEPT")
                        .withValue("yes")
                        .endEnv()
                        .build())
                .addToInitContainers(new ContainerBuilder()
                        .withName("first")
                        .withImage("none")
                        .build())
                .endSpec()
                .build();

        var created = cluster.pods().create(pod);

        var containers = created.getSpec().getContainers();
        assertThat(containers)
                .hasSize(2)
                .allSatisfy(container -> assertThat(variables(container.getEnv()))
                        .isEqualTo(List.of("metadata.annotations['busbar.dev/gpus']")));
        assertThat(containers.get(1).getEnv()).extracting(EnvVar::getName).containsExactly("KEPT", VARIABLE);
        assertThat(variables(created.getSpec().getInitContainers().getFirst().getEnv()))
                .hasSize(1);
    }

    @Test
    void a_container_that_has_the_variable_keeps_it_and_one_that_asks_for_all_is_overruled() {
        var pod = new PodBuilder(Pods.pod("written", "none", Map.of("busbar.dev/gpu-memory", "8Gi")))
                .editSpec()
                .editFirstContainer()
                .addNewEnv()
                .withName(VARIABLE)
                .withNewValueFrom()
                .withNewFieldRef()
                .withFieldPath("metadata.annotations['busbar.dev/gpus']")
                .endFieldRef()
                .endValueFrom()
                .endEnv()
                .endContainer()
                .addToContainers(new ContainerBuilder()
                        .withName("greedy")
                        .withImage("none")
                        .addNewEnv()
                        .withName(VARIABLE)
                        .withValue("all")
                        .endEnv()
                        .build())
                .endSpec()
                .build();

        var created = cluster.pods().create(pod).getSpec().getContainers();

        assertThat(created.get(0).getEnv()).hasSize(1);
        // The last of two counts.
        assertThat(created.get(1).getEnv()).hasSize(2);
        assertThat(created.get(1)
                        .getEnv()
                        .getLast()
                        .getValueFrom()
                        .getFieldRef()
                        .getFieldPath())
                .isEqualTo("metadata.annotations['busbar.dev/gpus']");
    }

    @Test
    void a_pod_without_an_ask_of_ours_is_left_as_it_is() {
        Pod pod = Pods.pod("plain", "none", Map.of("cpu", "1"));

        var created = cluster.pods().create(pod);

        assertThat(created.getSpec().getContainers().getFirst().getEnv()).isEmpty();
        assertThat(created.getSpec().getContainers().getFirst().getResources().getRequests())
                .containsEntry("cpu", new Quantity("1"));
    }

    private static List<String> variables(List<EnvVar> env) {
        return env.stream()
                .filter(variable -> variable.getName().equals(VARIABLE))
                .map(variable -> variable.getValueFrom().getFieldRef().getFieldPath())
                .toList();
    }
}
