package dev.busbar.core.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.core.workload.PodResources.Role;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PodResourcesTest {

    private static final List<Role> ROLES = List.of(Role.values());

    private record Container(Role role, Map<String, Long> milli) {}

    @Test
    void the_sum_is_the_most_that_runs_at_one_moment() {
        long seed = 20261125;
        var random = new Random(seed);
        for (int round = 0; round < 5_000; round++) {
            var containers = randomContainers(random);
            var overhead = randomAmounts(random);
            var podRequests = randomAmounts(random);
            var podLimits = randomAmounts(random);

            var sum = new PodResources();
            containers.forEach(c -> sum.add(c.role(), c.milli()));
            sum.podLevel(podRequests, podLimits);
            var actual = sum.sum(overhead);

            var expected = played(containers, podRequests, podLimits, overhead);
            assertThat(actual)
                    .as("seed %d, round %d: %s", seed, round, containers)
                    .isEqualTo(expected);
        }
    }

    @Test
    void sums_stay_at_the_end_of_a_long() {
        var sum = new PodResources()
                .add(Role.ORDINARY, Map.of("memory", Long.MAX_VALUE))
                .add(Role.ORDINARY, Map.of("memory", 5L))
                .sum(Map.of());

        assertThat(sum).containsEntry("memory", Long.MAX_VALUE);
    }

    @Test
    void gpus_are_never_taken_from_the_pod_as_a_whole() {
        var sum = new PodResources()
                .add(Role.ORDINARY, Map.of("busbar.dev/gpu", 2000L, "cpu", 500L))
                .podLevel(Map.of("cpu", 8000L, "busbar.dev/gpu", 7000L), Map.of())
                .sum(Map.of());

        assertThat(sum).isEqualTo(Map.of("busbar.dev/gpu", 2000L, "cpu", 8000L));
    }

    /** Starts the pod's containers one by one, as the kubelet does, and looks at each moment. */
    private static Map<String, Long> played(
            List<Container> containers,
            Map<String, Long> podRequests,
            Map<String, Long> podLimits,
            Map<String, Long> overhead) {
        var most = new HashMap<String, Long>();
        var running = new ArrayList<Container>();
        for (var container : containers) {
            if (container.role() != Role.ORDINARY) {
                running.add(container);
                look(running, most);
            }
            if (container.role() == Role.INIT) {
                running.removeLast();
            }
        }
        containers.stream().filter(c -> c.role() == Role.ORDINARY).forEach(running::add);
        look(running, most);
        for (var name : List.of("cpu", "memory", "hugepages-2Mi")) {
            var asked = podRequests.get(name);
            var limit = podLimits.get(name);
            if (asked != null) {
                most.put(name, asked);
            } else if (limit != null && !most.containsKey(name)) {
                most.put(name, limit);
            }
        }
        overhead.forEach((name, milli) -> most.merge(name, milli, Long::sum));
        return most;
    }

    private static void look(List<Container> running, Map<String, Long> most) {
        var now = new HashMap<String, Long>();
        running.forEach(c -> c.milli().forEach((name, milli) -> now.merge(name, milli, Long::sum)));
        now.forEach((name, milli) -> most.merge(name, milli, Math::max));
    }

    private static List<Container> randomContainers(Random random) {
        var containers = new ArrayList<Container>();
        for (int left = random.nextInt(6); left > 0; left--) {
            containers.add(new Container(ROLES.get(random.nextInt(3)), randomAmounts(random)));
        }
        return containers;
    }

    private static Map<String, Long> randomAmounts(Random random) {
        var amounts = new HashMap<String, Long>();
        for (var name : List.of("cpu", "memory", "hugepages-2Mi", "nvidia.com/gpu")) {
            if (random.nextInt(3) > 0) {
                amounts.put(name, (long) random.nextInt(10_000));
            }
        }
        return amounts;
    }
}
