package dev.busbar.testclusters.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.testclusters.Await;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSchedulingGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Pods of one group come together on linked GPUs, or leave nothing behind. */
class GangPlacementIT {
    /** A claim lapses after a minute. */
    private static final Duration LAPSED = Duration.ofSeconds(150);

    private static Scene scene;

    @BeforeAll
    static void start() {
        scene = Scene.withGangs();
    }

    @AfterEach
    void clear() {
        scene.clear();
    }

    @AfterAll
    static void stop() {
        scene.close();
    }

    @Test
    void four_members_of_two_gpus_land_on_one_island() {
        var half = Machine.of("dgx-a100", "gang-a-half-held");
        scene.lay(List.of(half, Machine.of("dgx-a100", "gang-b-free"), Machine.of("l40s", "gang-c-pcie")));
        scene.hold(half, List.of(0, 1, 2, 3));
        scene.renewBusbar();

        create("four", 4, 2);
        var members = List.of("four-0", "four-1", "four-2", "four-3");
        members.forEach(member -> scene.cluster().pods().awaitBound(member, Scene.SOON));

        var gpus = new ArrayList<String>();
        scene.held().stream().filter(pod -> members.contains(pod.pod())).forEach(pod -> gpus.addAll(pod.gpus()));
        System.out.printf("the gang of four got %s%n", gpus);
        assertThat(gpus).hasSize(8).doesNotHaveDuplicates();
        assertThat(scene.wiring().allLinked(gpus)).isTrue();
        new Ledger(scene.wiring(), scene.held()).balances(Map.of());
    }

    @Test
    void a_gang_that_does_not_fit_leaves_no_claim_behind() {
        // Six of eight GPUs are free: three members of two would find room, the fourth does not.
        var machine = Machine.of("dgx-a100", "gang-too-small");
        scene.lay(List.of(machine));
        scene.hold(machine, List.of(0, 1));

        create("unfit", 4, 2);
        // One member it never asks about: by then it has counted the six GPUs out itself.
        Await.until("three members have been promised GPUs", Scene.SOON, () -> claims() == 3);
        var most = claims();
        scene.cluster()
                .client()
                .resource(group("unfit", 4))
                .inNamespace("default")
                .delete();
        for (int i = 0; i < 4; i++) {
            scene.cluster().pods().delete("unfit-" + i);
        }

        Await.until("no claim is left", LAPSED, () -> claims() == 0);
        System.out.printf("claims while the gang was tried: %d, afterwards %d%n", most, claims());
        scene.cluster().pods().create(Scene.pod("all-the-rest", Map.of("busbar.dev/gpu", "6")));
        assertThat(Held.of(scene.cluster().pods().awaitBound("all-the-rest", Scene.SOON))
                        .gpus())
                .hasSize(6);
    }

    private static long claims() {
        return (long) scene.busbar().metric("busbar_claims", "").orElseThrow();
    }

    private static void create(String name, int members, int gpus) {
        scene.cluster()
                .client()
                .resource(group(name, members))
                .inNamespace("default")
                .create();
        for (int i = 0; i < members; i++) {
            scene.cluster().pods().create(member("%s-%d".formatted(name, i), name, gpus));
        }
    }

    private static GenericKubernetesResource group(String name, int minCount) {
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

    private static Pod member(String name, String group, int gpus) {
        var pod = Scene.pod(name, Map.of("busbar.dev/gpu", Integer.toString(gpus)));
        pod.getSpec().setSchedulingGroup(new PodSchedulingGroup(group));
        return pod;
    }
}
