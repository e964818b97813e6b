package dev.busbar.server.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.core.cluster.ClusterState;
import dev.busbar.core.workload.Demand;
import dev.busbar.core.workload.GangKey;
import dev.busbar.core.workload.GpuAsk;
import dev.busbar.core.workload.Pod;
import dev.busbar.core.workload.PodKey;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GangsTest {
    private static final Pod MEMBER = new Pod(
            new PodKey("team", "m0", "uid-m0"), new Demand.Asks(GpuAsk.whole(2)), new GangKey("team", "ring"), 0);

    private final ClusterState state = new ClusterState();
    private final Gangs gangs = new Gangs(state);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'schedulingPolicy':{'gang':{'minCount':4}}} | 3",
                "{'minMember':3} | 2",
                "{'minMember':1} | 0",
                "{'minMember':2147483647} | 999",
            })
    void who_has_not_been_heard_of_is_counted_by_what_the_group_says(String spec, int others) {
        gangs.seen(group("'spec':" + spec));
        assertThat(state.othersOf(MEMBER).waiting()).hasSize(others).allMatch(GpuAsk.whole(2)::equals);

        gangs.gone(group("'kind':'PodGroup'"));
        assertThat(state.othersOf(MEMBER).waiting()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'spec':{}",
                "'spec':null",
                "'spec':'four'",
                "'spec':[4]",
                "'spec':{'minMember':-4}",
                "'spec':{'minMember':'4'}",
                "'spec':{'minMember':4.5}",
                "'spec':{'minMember':99999999999}",
                "'spec':{'schedulingPolicy':{'basic':{}}}",
                "'spec':{'schedulingPolicy':{'gang':4}}",
                "'spec':{'schedulingPolicy':[{'gang':{'minCount':4}}]}",
                "'status':{'minMember':4}",
            })
    void a_group_that_tells_no_number_counts_nobody(String body) {
        gangs.seen(group(body));

        assertThat(state.othersOf(MEMBER).waiting()).isEmpty();
    }

    @Test
    void the_last_word_counts_and_another_namespaces_group_is_another() {
        gangs.seen(group("'spec':{'minMember':4}"));
        gangs.seen(group("'spec':{'minMember':2}"));
        gangs.seen(Serialization.unmarshal(
                "{'metadata':{'namespace':'other','name':'ring'},'spec':{'minMember':9}}".replace('\'', '"'),
                GenericKubernetesResource.class));

        assertThat(state.othersOf(MEMBER).waiting()).hasSize(1);
    }

    private static GenericKubernetesResource group(String body) {
        var text = "{'metadata':{'namespace':'team','name':'ring'},%s}".formatted(body);
        return Serialization.unmarshal(text.replace('\'', '"'), GenericKubernetesResource.class);
    }
}
