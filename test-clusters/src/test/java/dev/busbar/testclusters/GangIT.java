package dev.busbar.testclusters;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSchedulingGroup;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GangIT {
    private static final Duration SOON = Duration.ofSeconds(60);

    @Test
    void the_members_of_a_pod_group_wait_for_each_other() {
        try (var cluster = ControlPlane.start(Extra.GANGS)) {
            cluster.nodes().add(Nodes.node("with-gpus", Map.of("busbar.dev/gpu", "8")));
            cluster.startScheduler();
            cluster.client()
                    .resource(podGroup("pair", 2))
                    .inNamespace("default")
                    .create();
            cluster.pods().create(member("first", "pair"));
            cluster.pods().create(Pods.pod("alone", "default-scheduler", Map.of("busbar.dev/gpu", "2")));
            cluster.pods().awaitBound("alone", SOON);
            var firstBeforeSecond = cluster.pods().find("first").orElseThrow();

            cluster.pods().create(member("second", "pair"));

            cluster.pods().awaitAllBound(3, SOON);
            assertThat(Pods.bound(firstBeforeSecond)).isFalse();
        }
    }

    private static GenericKubernetesResource podGroup(String name, int minCount) {
        return new GenericKubernetesResourceBuilder()
                .withApiVersion("scheduling.k8s.io/v1beta1")
                .withKind("PodGroup")
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .addToAdditionalProperties(
                        "spec", Map.of("schedulingPolicy", Map.of("gang", Map.of("minCount", minCount))))
                .build();
    }

    private static Pod member(String name, String group) {
        var pod = Pods.pod(name, "default-scheduler", Map.of("busbar.dev/gpu", "2"));
        pod.getSpec().setSchedulingGroup(new PodSchedulingGroup(group));
        return pod;
    }
}
