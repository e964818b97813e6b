package dev.busbar.core.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.core.cluster.ClusterEvent.PodBound;
import dev.busbar.core.cluster.ClusterEvent.PodEnded;
import dev.busbar.core.cluster.ClusterEvent.PodWaiting;
import dev.busbar.core.workload.DemandReader;
import dev.busbar.core.workload.PodKey;
import dev.busbar.core.workload.PodText;
import dev.busbar.core.workload.ResourceNames;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PodSightingTest {

    private static final Instant SINCE = Instant.parse("2026-11-25T01:00:00Z");

    @Test
    void a_pod_waits_then_is_bound_then_has_ended() {
        var pod = seen("", "").pod();

        assertThat(seen("", "").event()).isEqualTo(new PodWaiting(pod));
        assertThat(seen("n1", "Pending").event()).isEqualTo(new PodBound(pod, "n1", List.of("GPU-a", "GPU-b"), SINCE));
        assertThat(seen("n1", "Running").event()).isInstanceOf(PodBound.class);
        assertThat(seen("n1", "Unknown").event()).isInstanceOf(PodBound.class);
        assertThat(seen("n1", "Succeeded").event()).isEqualTo(new PodEnded("u1"));
        assertThat(seen("n1", "Failed").event()).isEqualTo(new PodEnded("u1"));
    }

    private static PodSighting seen(String node, String phase) {
        var text = new PodText(
                new PodKey("team", "p", "u1"),
                Map.of(),
                Map.of("busbar.dev/gpus", "GPU-a, GPU-b,", "busbar.dev/gpus-predicted", "GPU-c"),
                List.of(),
                PodText.Resources.NONE,
                Map.of(),
                "",
                0);
        return PodSighting.of(text, new DemandReader(ResourceNames.DEFAULT), node, phase, SINCE);
    }
}
