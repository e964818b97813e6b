package dev.busbar.core.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.core.workload.Demand.Flaw;
import dev.busbar.core.workload.PodResources.Role;
import dev.busbar.core.workload.PodText.Container;
import dev.busbar.core.workload.PodText.Resources;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodTextTest {

    private static final DemandReader READER = new DemandReader(ResourceNames.DEFAULT);
    private static final PodKey KEY = new PodKey("team", "train-0", "u1");

    @Test
    void containers_init_containers_sidecars_overhead_and_limits_are_summed() {
        var text = with(
                List.of(
                        container(Role.SIDECAR, Map.of("cpu", "200m"), Map.of()),
                        container(Role.INIT, Map.of("cpu", "4"), Map.of("busbar.dev/gpu", "1")),
                        container(Role.ORDINARY, Map.of("cpu", "2"), Map.of("cpu", "8", "busbar.dev/gpu", "2"))),
                Map.of("cpu", "100m"));

        var pod = text.pod(READER);

        // the init container beside the sidecar: 4 + 0.2; later 2 + 0.2; overhead 0.1. GPUs: the larger of 1 and 2.
        assertThat(pod.demand()).isEqualTo(new Demand.Asks(GpuAsk.whole(2).beside(4300, 0)));
    }

    @Test
    void an_amount_that_is_none_is_malformed() {
        var text = with(List.of(container(Role.ORDINARY, Map.of("memory", "8 GB"), Map.of())), Map.of());

        assertThat(text.pod(READER).demand()).isEqualTo(new Demand.Malformed(Flaw.AMOUNT, "memory: 8 GB"));
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "label, scheduling.x-k8s.io/pod-group",
        "label, pod-group.scheduling.sigs.k8s.io",
        "annotation, scheduling.k8s.io/group-name",
        "annotation, scheduling.volcano.sh/group-name",
        "annotation, gang.scheduling.koordinator.sh/name",
    })
    void a_gang_is_known_by_the_words_of_its_scheduler(String kind, String key) {
        var words = Map.of(key, "ring");
        var pod = kind.equals("label") ? gang("", words, Map.of()) : gang("", Map.of(), words);

        assertThat(pod.gang()).isEqualTo(new GangKey("team", "ring"));
    }

    @Test
    void the_pods_own_group_comes_first() {
        var labels = Map.of("scheduling.x-k8s.io/pod-group", "other");

        assertThat(gang("ring", labels, Map.of()).gang()).isEqualTo(new GangKey("team", "ring"));
    }

    @Test
    void a_leader_and_its_workers_are_a_gang() {
        var labels = Map.of("leaderworkerset.sigs.k8s.io/name", "llm", "leaderworkerset.sigs.k8s.io/group-index", "3");

        assertThat(gang("", labels, Map.of()).gang()).isEqualTo(new GangKey("team", "llm-3"));
        assertThat(gang("", Map.of("leaderworkerset.sigs.k8s.io/name", "llm"), Map.of())
                        .gang()
                        .isNone())
                .isTrue();
    }

    private static Pod gang(String group, Map<String, String> labels, Map<String, String> annotations) {
        return new PodText(KEY, labels, annotations, List.of(), Resources.NONE, Map.of(), group, 0).pod(READER);
    }

    private static PodText with(List<Container> containers, Map<String, String> overhead) {
        return new PodText(KEY, Map.of(), Map.of(), containers, Resources.NONE, overhead, "", 0);
    }

    private static Container container(Role role, Map<String, String> requests, Map<String, String> limits) {
        return new Container(role, new Resources(requests, limits));
    }
}
