package dev.busbar.testclusters.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.testclusters.Await;
import dev.busbar.testclusters.Pods;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A mixed fleet filled to 85 %: whom does the scheduler serve better, with Busbar or as it comes? */
class FleetIT {
    private static final Duration LONG = Duration.ofMinutes(8);
    private static final long SEED = 11;
    /** Pods by GPUs asked: 320 + 128 x 2 + 46 x 4 + 6 x 8 = 808 GPUs. */
    private static final Map<Integer, Integer> ASKS = new TreeMap<>(Map.of(1, 320, 2, 128, 4, 46, 8, 6));
    /** Nodes of eight GPUs: 119 x 8 = 952, of which 808 are 84.9 %. */
    private static final Map<String, Integer> FLEET = Map.of("dgx-a100", 40, "a100-pcie", 40, "l40s", 39);

    private static Scene scene;

    /** What became of the pods: how many have a node, and achieved / best set of that size in the empty cluster. */
    private record Outcome(long bound, Map<Integer, Double> bySize, double mean) {
        static Outcome of(List<Held> pods, Speed speed) {
            var best = ASKS.keySet().stream().collect(Collectors.toMap(size -> size, speed::bestOf));
            ToDoubleFunction<Held> quality = pod -> speed.of(pod.gpus()) / best.getOrDefault(pod.whole(), 0.0);
            var several = pods.stream().filter(pod -> pod.whole() > 1).toList();
            var bySize = several.stream()
                    .collect(Collectors.groupingBy(Held::whole, TreeMap::new, Collectors.averagingDouble(quality)));
            var mean = several.stream().mapToDouble(quality).average().orElseThrow();
            return new Outcome(pods.size(), bySize, mean);
        }

        void print(String who) {
            System.out.printf("%s: %d of 500 pods bound, mean of achieved/best %.3f, by size", who, bound, mean);
            bySize.forEach((size, value) -> System.out.printf("  %d: %.3f", size, value));
            System.out.println();
        }
    }

    @BeforeAll
    static void start() {
        scene = Scene.empty();
        var machines = new ArrayList<Machine>();
        FLEET.forEach((kind, count) -> {
            for (int i = 0; i < count; i++) {
                machines.add(Machine.of(kind, "%s-%02d".formatted(kind, i)));
            }
        });
        Collections.shuffle(machines, new Random(SEED));
        scene.lay(machines);
    }

    @Test
    void five_hundred_pods_get_better_linked_sets_than_the_default_scheduler_gives_and_no_gpu_twice() {
        var speed = new Speed(scene.wiring());
        var usual = usual(speed);
        usual.print("default scheduler, lowest free indices");
        scene.clearPods();
        scene.renewBusbar();

        create("busbar-scheduler");
        awaitSettled();

        var ours = Outcome.of(scene.held(), speed);
        ours.print("with Busbar");
        var conflicts = scene.busbar().metric("busbar_bind_conflicts_total", "").orElseThrow();
        System.out.printf(
                "mean %.2f times the default's; %d bind conflicts in %d binds%n",
                ours.mean() / usual.mean(), (long) conflicts, ours.bound());
        new Ledger(scene.wiring(), scene.held()).balances(Map.of());
        assertThat(ours.bound()).isEqualTo(500);
        assertThat(ours.mean()).isGreaterThanOrEqualTo(1.2 * usual.mean());
        usual.bySize()
                .forEach((size, value) -> assertThat(ours.bySize().get(size))
                        .as("achieved/best of pods with %d GPUs", size)
                        .isGreaterThanOrEqualTo(value));
        assertThat(conflicts).isLessThan(0.01 * ours.bound());
    }

    /** The scheduler as it comes counts GPUs; whoever gives them out on the node takes the lowest free ones. */
    private static Outcome usual(Speed speed) {
        var wiring = speed.wiring();
        try (var scheduler = scene.cluster().startScheduler()) {
            create("default-scheduler");
            awaitSettled();
            assertThat(scheduler.alive()).isTrue();
        }
        var taken = new HashMap<String, Integer>();
        var held = new ArrayList<Held>();
        for (var pod : inOrderOfBinding()) {
            var asked = Held.of(pod);
            int end = taken.merge(asked.node(), asked.whole(), Integer::sum);
            var lowest = wiring.gpusOf(asked.node()).subList(end - asked.whole(), end);
            held.add(new Held(asked.pod(), asked.node(), lowest, asked.asks()));
        }
        return Outcome.of(held, speed);
    }

    /** Nothing is written to these pods after their Binding. */
    private static List<Pod> inOrderOfBinding() {
        return scene.cluster().pods().all().stream()
                .filter(Pods::bound)
                .sorted((a, b) -> Long.compare(version(a), version(b)))
                .toList();
    }

    private static long version(Pod pod) {
        return Long.parseLong(pod.getMetadata().getResourceVersion());
    }

    private static void create(String scheduler) {
        var sizes = new ArrayList<Integer>();
        ASKS.forEach((size, count) -> sizes.addAll(Collections.nCopies(count, size)));
        Collections.shuffle(sizes, new Random(SEED));
        for (int i = 0; i < sizes.size(); i++) {
            var asks = Map.of("busbar.dev/gpu", Integer.toString(sizes.get(i)));
            scene.cluster().pods().create(Pods.pod("pod-%03d".formatted(i), scheduler, asks));
        }
    }

    /** Each pod has a node, or the scheduler has said that it finds none. */
    private static void awaitSettled() {
        Await.until(
                "every pod has its answer",
                LONG,
                () -> scene.cluster().pods().all().stream().allMatch(pod -> Pods.bound(pod) || isUnschedulable(pod)));
    }

    private static boolean isUnschedulable(Pod pod) {
        return pod.getStatus().getConditions().stream()
                .anyMatch(c -> c.getType().equals("PodScheduled") && "Unschedulable".equals(c.getReason()));
    }
}
