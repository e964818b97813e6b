package dev.busbar.core.verbs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.core.Machines;
import dev.busbar.core.cluster.ClusterEvent.NodeGone;
import dev.busbar.core.cluster.ClusterEvent.NodeSeen;
import dev.busbar.core.cluster.ClusterEvent.PodBound;
import dev.busbar.core.cluster.ClusterEvent.PodEnded;
import dev.busbar.core.cluster.ClusterEvent.TopologyGone;
import dev.busbar.core.cluster.ClusterEvent.TopologySeen;
import dev.busbar.core.cluster.ClusterState;
import dev.busbar.core.cluster.NodeFacts;
import dev.busbar.core.placement.Verdicts;
import dev.busbar.core.topology.GpuSet;
import dev.busbar.core.topology.NodeTopology;
import dev.busbar.core.workload.GpuAsk;
import dev.busbar.core.workload.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Links go to those who use them, whatever mix of asks was learnt before, and whatever the nodes are called. */
class LearntMixTest {
    private static final int LIVES = 200;

    /** 0 stands for a share. */
    private static final int[] ANY = {0, 1, 2, 4, 8};

    /**
     * Without asks of four: four leftovers of one machine can serve one over PCIe, so that among many of those it may be
     * right to break a pair and keep the leftovers.
     */
    private static final int[] NO_FOURS = {0, 1, 2, 8};

    private static final List<Set<String>> PAIRS = List.of(
            of(0, 1, 3),
            of(0, 4, 5),
            of(0, 6, 7),
            of(2, 0, 3),
            of(2, 1, 2),
            of(3, 0, 1),
            of(3, 0, 2),
            of(3, 0, 3),
            of(3, 1, 2),
            of(3, 1, 3),
            of(3, 2, 3));

    private static final List<NodeTopology> MIXED =
            List.of(Machines.bridgedA100(), Machines.pcieOnly(8), Machines.bridgedA40(), Machines.quadA100());
    private static final List<NodeTopology> PAIRED =
            List.of(Machines.bridgedA100(), Machines.bridgedA100(), Machines.bridgedA100(), Machines.quadA100());
    private static final Set<String> LEFTOVERS = of(0, 2, 3, 5, 7);

    static {
        LEFTOVERS.addAll(of(1, 2, 3, 5, 7));
    }

    private final ClusterState state = new ClusterState();
    private final Verdicts verdicts = new Verdicts();
    private final List<String> names = new ArrayList<>(List.of("n1", "n2", "n3", "n4"));
    private final List<String> living = new ArrayList<>();
    private int pods;

    static IntStream seeds() {
        return IntStream.range(0, LIVES);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void two_gpus_are_a_linked_pair_although_a_node_without_links_has_more_free(long seed) {
        layMixed(seed);

        var set = place(2);

        assertThat(set).as("node:gpu, seed %d", seed).isIn(PAIRS);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void four_gpus_are_those_of_the_island_that_has_four_linked(long seed) {
        layMixed(seed);

        var set = place(4);

        assertThat(set).as("node:gpu, seed %d", seed).isEqualTo(of(3, 0, 1, 2, 3));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void eight_single_gpus_break_no_pair_and_no_island_while_leftovers_exist(long seed) {
        layPairs(seed);

        var taken = eightSingles();

        assertThat(taken).as("node:gpu, seed %d", seed).isEqualTo(LEFTOVERS);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3, 4, 5})
    void nor_do_they_as_machines_and_pods_come_and_go(long seed) {
        var random = new Random(seed);
        for (int round = 0; round < 40; round++) {
            clear();
            Collections.shuffle(names, random);
            bring(round % 2 == 0 ? MIXED : PAIRED);
            if (round % 2 == 0) {
                hold(0, 0, 2);
                place(1 << round % 3);
                continue;
            }
            hold(0, 0, 1, 4, 6);
            hold(1, 0, 1, 4, 6);

            var taken = eightSingles();

            assertThat(taken).as("node:gpu, seed %d, round %d", seed, round).isEqualTo(LEFTOVERS);
        }
    }

    private Set<String> eightSingles() {
        var taken = new TreeSet<String>();
        IntStream.range(0, 8).forEach(i -> taken.addAll(place(1)));
        return taken;
    }

    private void clear() {
        living.forEach(uid -> state.apply(new PodEnded(uid)));
        living.clear();
        names.forEach(name -> state.apply(new NodeGone(name)));
        names.forEach(name -> state.apply(new TopologyGone(name)));
    }

    private static Set<String> of(int machine, int... gpus) {
        var set = new TreeSet<String>();
        for (int gpu : gpus) {
            set.add(machine + ":" + gpu);
        }
        return set;
    }

    private void layMixed(long seed) {
        lay(MIXED, ANY, seed);
        hold(0, 0, 2);
    }

    private void layPairs(long seed) {
        lay(PAIRED, NO_FOURS, seed);
        hold(0, 0, 1, 4, 6);
        hold(1, 0, 1, 4, 6);
    }

    private void bring(List<NodeTopology> machines) {
        for (int i = 0; i < machines.size(); i++) {
            long cpu = i == 2 ? 95_500 : 127_500;
            state.apply(
                    new NodeSeen(new NodeFacts(names.get(i), cpu, (512L + 256L * (i % 3)) << 30, 0, 110, Map.of())));
            state.apply(new TopologySeen(names.get(i), machines.get(i)));
        }
    }

    /** Brings the machines, and lets pods of a random mix come, and some of them stay for a while and go. */
    private void lay(List<NodeTopology> machines, int[] asked, long seed) {
        var random = new Random(seed);
        Collections.shuffle(names, random);
        bring(machines);
        var sizes = random.ints(1 + random.nextInt(4), 0, asked.length)
                .map(i -> asked[i])
                .toArray();
        int arrivals = random.nextInt(2) * random.nextInt(400);
        boolean turnover = random.nextBoolean();
        int cpu = 1000 * random.nextInt(3);
        for (int i = 0; i < arrivals; i++) {
            var ask = ask(sizes[random.nextInt(sizes.length)], cpu);
            var pod = Pod.of(Machines.pod("past-" + i), ask);
            filter(pod);
            if (turnover) {
                place(pod);
                state.apply(new PodEnded(pod.key().uid()));
            }
        }
    }

    private static GpuAsk ask(int gpus, int cpu) {
        return (gpus == 0 ? GpuAsk.share(0, 300) : GpuAsk.whole(gpus)).beside(cpu, 0);
    }

    private void hold(int machine, int... gpus) {
        var pod = Pod.of(Machines.pod("holds-" + pods++), GpuAsk.whole(gpus.length));
        living.add(pod.key().uid());
        state.apply(new PodBound(pod, names.get(machine), uuids(GpuSet.of(gpus)), Instant.EPOCH));
    }

    private static List<String> uuids(GpuSet gpus) {
        return gpus.indices().mapToObj(gpu -> "GPU-" + gpu).toList();
    }

    private Set<String> place(int gpus) {
        return place(Pod.of(Machines.pod("asks-" + pods++), GpuAsk.whole(gpus)));
    }

    private int[] all() {
        return IntStream.range(0, state.snapshot().size()).toArray();
    }

    private void filter(Pod pod) {
        new FilterVerb(state, verdicts, Duration.ofMinutes(1)).answer(state.snapshot(), pod, all(), Instant.EPOCH);
    }

    private Set<String> place(Pod pod) {
        filter(pod);
        new PrioritizeVerb(state, verdicts, Duration.ofMinutes(1)).answer(state.snapshot(), pod, all(), Instant.EPOCH);
        var claimed = state.holdingOf(pod.key().uid());
        if (claimed.isEmpty()) {
            return Set.of();
        }
        var gpus = claimed.get().holding().gpus();
        living.add(pod.key().uid());
        state.apply(new PodBound(pod, claimed.get().node(), uuids(gpus), Instant.EPOCH));
        return of(names.indexOf(claimed.get().node()), gpus.indices().toArray());
    }
}
