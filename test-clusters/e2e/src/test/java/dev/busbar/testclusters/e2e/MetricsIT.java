package dev.busbar.testclusters.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The numbers an administrator watches move with what happened. */
class MetricsIT {
    private static Scene scene;

    @BeforeAll
    static void start() {
        scene = Scene.empty();
        scene.lay(List.of(Machine.of("a100-quad", "measured-a"), Machine.of("a40", "measured-b")));
    }

    @Test
    void every_verb_and_verdict_is_counted() {
        var filters = verbs("filter");
        var prioritizes = verbs("prioritize");
        var binds = verbs("bind");
        var decisions = decisions("filter");

        scene.cluster().pods().create(Scene.pod("counted", Map.of("busbar.dev/gpu", "2")));
        scene.cluster().pods().awaitBound("counted", Scene.SOON);

        assertThat(verbs("filter") - filters).isEqualTo(1);
        assertThat(verbs("prioritize") - prioritizes).isEqualTo(1);
        assertThat(verbs("bind") - binds).isEqualTo(1);
        assertThat(decisions("filter")).isGreaterThan(decisions);
    }

    @Test
    void what_is_promised_and_how_old_the_picture_is_are_shown() {
        assertThat(scene.busbar().metric("busbar_claims", "")).isPresent();
        assertThat(scene.busbar().metric("busbar_reservations", "")).isPresent();
        assertThat(scene.busbar().metric("busbar_bind_conflicts_total", "")).isPresent();
        assertThat(scene.busbar().metric("busbar_snapshot_age_seconds", "").orElseThrow())
                .isGreaterThanOrEqualTo(0);
    }

    private static double verbs(String verb) {
        return scene.busbar()
                .metric("busbar_verb_seconds_count", "verb=\"%s\"".formatted(verb))
                .orElse(0);
    }

    private static double decisions(String verb) {
        return scene.busbar()
                .metric("busbar_decisions_total", "verb=\"%s\"".formatted(verb))
                .orElse(0);
    }
}
