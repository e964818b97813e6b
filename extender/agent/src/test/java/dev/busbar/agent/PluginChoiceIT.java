package dev.busbar.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.core.cluster.Holding;
import dev.busbar.core.cluster.NodeFacts;
import dev.busbar.core.cluster.NodeState;
import dev.busbar.core.placement.Placement;
import dev.busbar.core.placement.Verdict;
import dev.busbar.core.score.Bandwidth;
import dev.busbar.core.score.BestOfSize;
import dev.busbar.core.score.DemandMix;
import dev.busbar.core.score.Fragmentation;
import dev.busbar.core.score.Rooms;
import dev.busbar.core.score.Yardstick;
import dev.busbar.core.topology.Allocator;
import dev.busbar.core.topology.GpuSet;
import dev.busbar.core.topology.NodeTopology;
import dev.busbar.core.workload.Conditions;
import dev.busbar.core.workload.GpuAsk;
import dev.busbar.core.workload.Intent;
import dev.busbar.core.workload.Pod;
import dev.busbar.core.workload.PodKey;
import dev.busbar.files.TopologyReader;
import dev.busbar.files.gputopology.Spec;
import dev.busbar.testclusters.node.DevicePlugin;
import dev.busbar.testclusters.node.StandInMachine;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Our guess beside the choice of NVIDIA's own allocator, both on what the agent and the allocator read of each stand-in
 * machine: for every set of free GPUs, and on machines with more than eight for some of up to eight.
 */
class PluginChoiceIT {
    private static final long SEED = 14;
    private static final int SAMPLES = 300;
    private static final int MOST = 8;
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    private Path folder;

    static List<String> machines() throws IOException {
        return MachinesIT.machines().stream()
                .filter(machine -> !machine.equals("no-gpu"))
                .toList();
    }

    /** Free GPUs and how many of them are asked. */
    private record Question(GpuSet free, int count) {
        List<Integer> ascending() {
            return free.indices().boxed().toList();
        }

        /** The kubelet names the free devices from any of them on, and goes round. */
        List<List<Integer>> orders() {
            var orders = new ArrayList<List<Integer>>();
            for (int first = 0; first < free.count(); first++) {
                var order = new ArrayList<>(ascending());
                Collections.rotate(order, -first);
                orders.add(order);
            }
            return orders;
        }

        String inWords(List<Integer> order) {
            return count + " " + order.stream().map(String::valueOf).collect(Collectors.joining(","));
        }
    }

    @ParameterizedTest
    @MethodSource("machines")
    void we_guess_what_the_plugins_allocator_chooses(String name) throws IOException {
        var machine = StandInMachine.of(name, folder);
        var topology = topology(machine);
        var questions = questions(topology.usable());
        var lines = questions.stream()
                .flatMap(question -> question.orders().stream().map(question::inWords))
                .distinct()
                .toList();

        var answers = DevicePlugin.choices(machine, lines);

        var byLine = new HashMap<String, String>();
        for (int i = 0; i < lines.size(); i++) {
            byLine.put(lines.get(i), answers.get(i));
        }
        int fallen = 0;
        double right = 0;
        double best = 0;
        for (var question : questions) {
            var guess = guess(topology, question);
            var theirs = byLine.getOrDefault(question.inWords(question.ascending()), "");
            if (theirs.contains("-")) {
                fallen++;
            } else {
                assertThat(guess).as("%s, %s", name, question).isEqualTo(set(theirs));
            }
            var shares = shares(question, byLine);
            right += shares.getOrDefault(guess, 0.0);
            best += Collections.max(shares.values());
        }
        System.out.printf(
                "plugin's choice on %s: %d of %d guessed in ascending order (the plugin fails in the others); where"
                        + " the kubelet begins anywhere %.1f %%, and no guess could be right more often than %.1f %%%n",
                name,
                questions.size() - fallen,
                questions.size(),
                100 * right / questions.size(),
                100 * best / questions.size());
        assertThat(fallen).isLessThanOrEqualTo(questions.size() / 20);
    }

    /** How often each set is chosen. */
    private static Map<GpuSet, Double> shares(Question question, Map<String, String> answers) {
        var orders = question.orders();
        return orders.stream()
                .map(order -> set(answers.getOrDefault(question.inWords(order), "")))
                .collect(Collectors.groupingBy(set -> set, Collectors.summingDouble(_ -> 1.0 / orders.size())));
    }

    private static List<Question> questions(GpuSet usable) {
        var free = usable.count() <= MOST ? subsets(usable) : samples(usable);
        return free.flatMap(
                        set -> LongStream.rangeClosed(1, set.count()).mapToObj(count -> new Question(set, (int) count)))
                .toList();
    }

    private static Stream<GpuSet> subsets(GpuSet usable) {
        return LongStream.range(1, 1L << usable.count()).mapToObj(set -> new GpuSet(Long.expand(set, usable.bits())));
    }

    private static Stream<GpuSet> samples(GpuSet usable) {
        var random = new Random(SEED);
        var gpus = new ArrayList<>(usable.indices().boxed().toList());
        return Stream.generate(() -> {
                    Collections.shuffle(gpus, random);
                    return gpus.subList(0, 1 + random.nextInt(MOST)).stream()
                            .map(GpuSet::of)
                            .reduce(GpuSet.NONE, GpuSet::plus);
                })
                .limit(SAMPLES);
    }

    private static GpuSet set(String indices) {
        return Stream.of(indices.split(","))
                .filter(index -> !index.equals("-"))
                .map(index -> GpuSet.of(Integer.parseInt(index)))
                .reduce(GpuSet.NONE, GpuSet::plus);
    }

    private static GpuSet guess(NodeTopology topology, Question question) {
        var facts = new NodeFacts("n1", 1000, 1 << 30, topology.gpus().size(), 0, Map.of());
        var node = NodeState.empty(facts, topology);
        var held = topology.usable().minus(question.free());
        if (!held.isEmpty()) {
            var other = Pod.of(new PodKey("default", "other", "uid"), ask(held.count()));
            node = node.with(new Holding.Bound(other, held, NOW));
        }
        var bandwidth = new Bandwidth();
        var best = BestOfSize.of(topology, bandwidth);
        var mix = new DemandMix(Double.POSITIVE_INFINITY, DemandMix.PRIOR);
        var yardstick = new Yardstick(bandwidth, best, new Rooms(bandwidth, best), new Fragmentation(mix));
        var verdict = new Placement(yardstick).on(node, ask(question.count()));
        return ((Verdict.Fits) verdict).gpus();
    }

    private static GpuAsk ask(int count) {
        return new GpuAsk(new GpuAsk.Whole(count, Allocator.DEVICE_PLUGIN), 0, 0, Conditions.NONE, Intent.PACK);
    }

    private static NodeTopology topology(StandInMachine machine) {
        try (var observer = new Observer(MachineOptions.of(machine))) {
            return TopologyReader.read(observer.observe(NOW, Spec.DEVICE_PLUGIN))
                    .topology();
        }
    }
}
