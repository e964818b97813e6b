package dev.busbar.testclusters.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.busbar.testclusters.e2e.Tap.Scores;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Linked GPUs go to those who ask for several, leftovers to those who ask for one, whatever the nodes are called. Busbar
 * runs through the cases, so each meets the mix of asks that was learnt from those before.
 */
class TopologyIT {
    private static final int PERMUTATIONS = 20;
    private static final long SEED = 20_261_125;

    private static Scene scene;

    @BeforeAll
    static void start() {
        scene = Scene.empty();
    }

    @AfterEach
    void clear() {
        scene.tap().scores(Scores.AS_THEY_ARE);
        scene.clear();
    }

    static List<List<String>> permutations() {
        var random = new Random(SEED);
        return IntStream.range(0, PERMUTATIONS)
                .mapToObj(round -> {
                    var letters = new ArrayList<>(List.of("a", "b", "c", "d"));
                    Collections.shuffle(letters, random);
                    return letters.stream()
                            .map(letter -> "%s-%02d".formatted(letter, round))
                            .toList();
                })
                .toList();
    }

    @Nested
    class Pairs {
        @ParameterizedTest
        @MethodSource("dev.busbar.testclusters.e2e.TopologyIT#permutations")
        void two_gpus_are_a_linked_pair_although_a_node_without_links_has_more_free(List<String> names) {
            layMixed(names);

            create("pair", 2);

            aLinkedSetOf(2, "pair");
        }

        @Test
        void inverted_scores_put_them_on_no_pair() {
            scene.renewBusbar();
            scene.tap().scores(Scores.INVERTED);
            layMixed(permutations().getFirst());

            create("pair", 2);

            assertThatThrownBy(() -> aLinkedSetOf(2, "pair")).isInstanceOf(AssertionError.class);
        }
    }

    @Nested
    class Islands {
        @ParameterizedTest
        @MethodSource("dev.busbar.testclusters.e2e.TopologyIT#permutations")
        void four_gpus_are_those_of_the_island_that_has_four_linked(List<String> names) {
            layMixed(names);

            create("quad", 4);

            aLinkedSetOf(4, "quad");
        }

        @Test
        void inverted_scores_put_them_on_no_island() {
            scene.renewBusbar();
            scene.tap().scores(Scores.INVERTED);
            layMixed(permutations().getFirst());

            create("quad", 4);

            assertThatThrownBy(() -> aLinkedSetOf(4, "quad")).isInstanceOf(AssertionError.class);
        }
    }

    @Nested
    class Leftovers {
        @ParameterizedTest
        @MethodSource("dev.busbar.testclusters.e2e.TopologyIT#permutations")
        void eight_single_gpus_break_no_pair_and_no_island_while_leftovers_exist(List<String> names) {
            var leftovers = layPairs(names);

            singles().forEach(name -> create(name, 1));

            assertThat(takenBySingles()).isEqualTo(leftovers);
        }

        @Test
        void inverted_scores_break_pairs() {
            scene.renewBusbar();
            scene.tap().scores(Scores.INVERTED);
            var leftovers = layPairs(permutations().getFirst());

            singles().forEach(name -> create(name, 1));

            assertThat(takenBySingles()).isNotEqualTo(leftovers);
        }
    }

    private static void aLinkedSetOf(int count, String pod) {
        var gpus = Held.of(scene.cluster().pods().awaitBound(pod, Scene.SOON)).gpus();
        assertThat(gpus).hasSize(count);
        assertThat(scene.wiring().allLinked(gpus)).as("%s are linked", gpus).isTrue();
    }

    private static Set<String> takenBySingles() {
        var taken = new TreeSet<String>();
        singles()
                .forEach(name -> taken.addAll(Held.of(scene.cluster().pods().awaitBound(name, Scene.SOON))
                        .gpus()));
        return taken;
    }

    private static Stream<String> singles() {
        return IntStream.range(0, 8).mapToObj(i -> "single-" + i);
    }

    /** Eight GPUs without a link are free, and fewer on each machine that has links. */
    private static void layMixed(List<String> names) {
        var bridged = Machine.of("a100-pcie", names.get(0));
        scene.lay(List.of(
                bridged,
                Machine.of("l40s", names.get(1)),
                Machine.of("a40", names.get(2)),
                Machine.of("a100-quad", names.get(3))));
        scene.hold(bridged, List.of(0, 2));
    }

    /**
     * Three machines with pairs 0-2 1-3 4-5 6-7, half of each pair held on two of them, and an island of four. Returns
     * the other halves.
     */
    private static Set<String> layPairs(List<String> names) {
        var machines = List.of(
                Machine.of("a100-pcie", names.get(0)),
                Machine.of("a100-pcie", names.get(1)),
                Machine.of("a100-pcie", names.get(2)),
                Machine.of("a100-quad", names.get(3)));
        scene.lay(machines);
        var leftovers = new TreeSet<String>();
        for (var machine : machines.subList(0, 2)) {
            scene.hold(machine, List.of(0, 1, 4, 6));
            Stream.of(2, 3, 5, 7).map(machine.uuids()::get).forEach(leftovers::add);
        }
        return leftovers;
    }

    private static void create(String name, int gpus) {
        scene.cluster().pods().create(Scene.pod(name, Map.of("busbar.dev/gpu", Integer.toString(gpus))));
    }
}
