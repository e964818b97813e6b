package dev.busbar.server.wake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.core.cluster.ClusterEvent.NodeGone;
import dev.busbar.core.cluster.ClusterEvent.PodBound;
import dev.busbar.core.cluster.ClusterEvent.PodEnded;
import dev.busbar.core.cluster.ClusterState;
import dev.busbar.core.placement.Verdicts;
import dev.busbar.core.workload.Demand;
import dev.busbar.core.workload.GangKey;
import dev.busbar.core.workload.GpuAsk;
import dev.busbar.core.workload.Pod;
import dev.busbar.core.workload.PodKey;
import dev.busbar.server.Asks;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Two nodes of four GPUs, all held; whom to wake when some become free. */
class RefusalsTest {
    private static final Instant NOW = Instant.parse("2026-11-25T04:00:00Z");
    private static final int MANY = 100;

    private final ClusterState state = new ClusterState();
    private final WhereItFits room = new WhereItFits(state, new Verdicts());
    private final Refusals refusals = new Refusals();
    private Instant now = NOW;

    RefusalsTest() {
        Asks.nodes(2, 4).forEach(state::apply);
        hold("h0", "node-0");
        hold("h1", "node-1");
    }

    private void hold(String name, String node) {
        state.apply(new PodBound(pod(name, 4, 0), node, List.of(), NOW));
    }

    private void end(String name) {
        state.apply(new PodEnded(name));
    }

    private static Pod pod(String name, int gpus, int priority) {
        var key = new PodKey("default", name, name);
        return new Pod(key, new Demand.Asks(GpuAsk.whole(gpus)), GangKey.NONE, priority);
    }

    /** The scheduler asks about all nodes and none fits. */
    private void refuse(String name, int gpus) {
        refusals.refused(pod(name, gpus, 0), state.snapshot(), new int[] {0, 1}, now);
    }

    private List<String> due() {
        return due(MANY);
    }

    private List<String> due(int most) {
        var snapshot = state.snapshot();
        return refusals.due(snapshot, now, most, ask -> room.nodes(snapshot, ask)).stream()
                .map(pod -> pod.key().name())
                .toList();
    }

    @Test
    void a_pod_that_was_refused_before_we_saw_gpus_come_free_is_woken() {
        refuse("a", 4);
        var before = due();
        end("h0");

        var after = due();

        assertThat(before).isEmpty();
        assertThat(after).containsExactly("a");
    }

    @Test
    void a_pod_that_was_refused_although_they_were_free_already_is_not() {
        end("h0");
        refuse("a", 4);

        assertThat(due()).isEmpty();
    }

    @Test
    void a_pod_for_which_too_few_came_free_sleeps_on() {
        refuse("a", 5);
        end("h0");

        assertThat(due()).isEmpty();
    }

    @Test
    void woken_and_refused_again_it_sleeps_until_something_else_comes_free() {
        refuse("a", 4);
        end("h0");
        var first = due();
        refuse("a", 4);
        now = now.plus(Duration.ofMinutes(10));
        var idle = due();
        end("h1");

        var second = due();

        assertThat(first).containsExactly("a");
        assertThat(idle).isEmpty();
        assertThat(second).containsExactly("a");
    }

    @Test
    void woken_again_and_again_for_nothing_its_pauses_double_up_to_five_minutes() {
        var pauses = new ArrayList<Long>();
        refuse("a", 4);
        for (int i = 0; i < 11; i++) {
            end(i == 0 ? "h0" : "h0-" + i);
            var start = now;
            while (due().isEmpty()) {
                now = now.plusSeconds(1);
            }
            pauses.add(Duration.between(start, now).toSeconds());
            hold("h0-" + (i + 1), "node-0");
            refuse("a", 4);
        }

        assertThat(pauses).containsExactly(0L, 1L, 2L, 4L, 8L, 16L, 32L, 64L, 128L, 256L, 300L);
    }

    @Test
    void a_pod_that_asked_about_other_nodes_sleeps_on() {
        refusals.refused(pod("a", 4, 0), state.snapshot(), new int[] {1}, now);
        end("h0");

        assertThat(due()).isEmpty();
    }

    @Test
    void a_pod_that_asked_about_a_node_not_known_yet_is_woken_by_any() {
        refusals.refused(pod("a", 4, 0), state.snapshot(), new int[] {-1}, now);
        Asks.node("node-2", 4).forEach(state::apply);

        assertThat(due()).containsExactly("a");
    }

    @Test
    void after_a_node_is_gone_numbers_mean_others_so_any_node_will_do() {
        refusals.refused(pod("a", 4, 0), state.snapshot(), new int[] {0}, now);
        state.apply(new NodeGone("node-0"));
        end("h1");

        assertThat(due()).containsExactly("a");
    }

    @Test
    void the_most_important_comes_first_and_the_others_next_time() {
        refuse("early", 2);
        now = now.plusSeconds(1);
        refuse("late", 2);
        refusals.refused(pod("important", 2, 7), state.snapshot(), new int[] {0, 1}, now);
        end("h0");

        var first = due(1);
        var rest = due();

        assertThat(first).containsExactly("important");
        assertThat(rest).containsExactly("early", "late");
    }

    @Test
    void a_pod_that_could_not_be_woken_is_tried_again_after_its_pause() {
        refuse("a", 4);
        end("h0");
        due();
        refusals.failed("a");
        var atOnce = due();
        now = now.plusSeconds(1);

        var later = due();

        assertThat(atOnce).isEmpty();
        assertThat(later).containsExactly("a");
    }

    @Test
    void a_pod_that_was_found_a_node_is_forgotten() {
        refuse("a", 4);
        refusals.forget("a");
        end("h0");

        assertThat(due()).isEmpty();
        assertThat(refusals.count()).isZero();
    }
}
