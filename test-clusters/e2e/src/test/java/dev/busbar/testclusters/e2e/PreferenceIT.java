package dev.busbar.testclusters.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.testclusters.Pods;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The shipped weights: Busbar decides where the user has no preference, and the user does where there is one. */
class PreferenceIT {
    private static Scene scene;

    @BeforeAll
    static void start() {
        scene = Scene.empty();
        scene.lay(List.of(
                Machine.of("l40s", "unlinked"), Machine.of("a40", "paired"), Machine.of("a100-quad", "linked")));
    }

    @AfterEach
    void clear() {
        scene.clearPods();
    }

    @Test
    void without_a_preference_our_highest_score_wins() {
        var pod = place(Scene.pod("asks-four", Map.of("busbar.dev/gpu", "4")));

        assertThat(scene.tap().scoresOf("asks-four")).hasSize(3);
        assertThat(score(pod)).isEqualTo(10).isEqualTo(Collections.max(scores(pod)));
    }

    @Test
    void a_preferred_node_affinity_wins_for_the_node_of_our_lowest_score() {
        // Each from the same beginning: what Busbar has seen asked shifts its scores.
        scene.renewBusbar();
        place(Scene.pod("asks-first", Map.of("busbar.dev/gpu", "4")));
        var lowest = Collections.min(scene.tap().scoresOf("asks-first").entrySet(), Map.Entry.comparingByValue())
                .getKey();
        scene.clearPods();
        scene.renewBusbar();

        var pod = place(preferring(Scene.pod("prefers", Map.of("busbar.dev/gpu", "4")), lowest));

        assertThat(scene.tap().scoresOf("prefers")).hasSize(3);
        assertThat(Pods.node(pod)).isEqualTo(lowest);
        assertThat(score(pod)).isEqualTo(Collections.min(scores(pod))).isLessThan(10);
    }

    private static Pod place(Pod pod) {
        scene.cluster().pods().create(pod);
        return scene.cluster().pods().awaitBound(pod.getMetadata().getName(), Scene.SOON);
    }

    private static List<Integer> scores(Pod pod) {
        return List.copyOf(scene.tap().scoresOf(pod.getMetadata().getName()).values());
    }

    private static int score(Pod pod) {
        return scene.tap().scoresOf(pod.getMetadata().getName()).getOrDefault(Pods.node(pod), -1);
    }

    private static Pod preferring(Pod pod, String node) {
        return new PodBuilder(pod)
                .editSpec()
                .withNewAffinity()
                .withNewNodeAffinity()
                .addNewPreferredDuringSchedulingIgnoredDuringExecution()
                .withWeight(1)
                .withNewPreference()
                .addNewMatchExpression()
                .withKey("kubernetes.io/hostname")
                .withOperator("In")
                .withValues(node)
                .endMatchExpression()
                .endPreference()
                .endPreferredDuringSchedulingIgnoredDuringExecution()
                .endNodeAffinity()
                .endAffinity()
                .endSpec()
                .build();
    }
}
