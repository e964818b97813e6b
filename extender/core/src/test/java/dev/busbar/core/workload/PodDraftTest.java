package dev.busbar.core.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.core.topology.Allocator;
import dev.busbar.core.workload.Conditions.LinkNeed;
import dev.busbar.core.workload.Demand.Flaw;
import dev.busbar.core.workload.PodResources.Role;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PodDraftTest {
    private static final DemandReader READER = new DemandReader(ResourceNames.DEFAULT);

    private final PodDraft draft = new PodDraft();

    @Test
    void a_container_that_only_limits_asks_for_its_limits() {
        draft.container(Role.ORDINARY, Map.of("nvidia.com/gpu", "2", "cpu", "4"), Map.of("cpu", "500m"));

        var pod = draft.read(READER);

        assertThat(pod.demand()).isEqualTo(new Demand.Asks(new GpuAsk(
                new GpuAsk.Whole(2, Allocator.DEVICE_PLUGIN), 500, 0, Conditions.NONE, Intent.PACK)));
    }

    @Test
    void what_the_pod_asks_as_a_whole_stands_in_place_of_the_sum() {
        draft.podLevel(Map.of(), Map.of("cpu", "3"));
        draft.overhead(Map.of("cpu", "250m"));
        draft.container(Role.ORDINARY, Map.of(), Map.of("cpu", "1", "memory", "1Ki"));
        draft.container(Role.ORDINARY, Map.of(), Map.of("cpu", "1", "memory", "1Ki"));

        var pod = draft.read(READER);

        // 3000 of the pod + 250 overhead; memory is not given for the pod, so its two containers count
        assertThat(pod.demand()).isEqualTo(new Demand.Asks(GpuAsk.none(3250, 2048)));
    }

    @Test
    void an_amount_that_is_no_quantity_makes_the_demand_malformed() {
        draft.container(Role.ORDINARY, Map.of(), Map.of("busbar.dev/gpu", "two"));

        var pod = draft.read(READER);

        assertThat(pod.demand()).isEqualTo(new Demand.Malformed(Flaw.AMOUNT, "busbar.dev/gpu: two"));
    }

    @Test
    void only_our_annotations_are_kept_and_a_gang_lives_in_the_pods_namespace() {
        draft.annotation("kubectl.kubernetes.io/restartedAt", "now");
        draft.annotation(Annotations.LINK, "nvlink");
        draft.gang("trainers");
        draft.namespace("ml");
        draft.name("a");
        draft.uid("u");
        draft.priority(7);

        var pod = draft.read(READER);

        assertThat(draft.annotations()).isEqualTo(Map.of(Annotations.LINK, "nvlink"));
        assertThat(pod.key()).isEqualTo(new PodKey("ml", "a", "u"));
        assertThat(pod.gang()).isEqualTo(new GangKey("ml", "trainers"));
        assertThat(pod.priority()).isEqualTo(7);
        assertThat(pod.demand())
                .isEqualTo(new Demand.Asks(GpuAsk.none(0, 0).with(new Conditions(
                        0, LinkNeed.NVLINK, Conditions.NumaNeed.ANY, Conditions.RdmaNeed.NONE, Set.of()))));
    }
}
