package dev.busbar.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.core.cluster.ClusterEvent.NodeSeen;
import dev.busbar.core.cluster.ClusterEvent.PodBound;
import dev.busbar.core.cluster.ClusterEvent.PodWaiting;
import dev.busbar.core.cluster.ClusterEvent.TopologySeen;
import dev.busbar.core.cluster.ClusterEvent.UseSeen;
import dev.busbar.core.cluster.ClusterState;
import dev.busbar.core.cluster.Holding;
import dev.busbar.core.cluster.NodeFacts;
import dev.busbar.core.cluster.NodeState;
import dev.busbar.core.cluster.NodeUse;
import dev.busbar.core.cluster.NodeUse.Attribution;
import dev.busbar.core.topology.Allocator;
import dev.busbar.core.topology.GpuSet;
import dev.busbar.core.topology.NodeTopology;
import dev.busbar.core.workload.Conditions;
import dev.busbar.core.workload.Conditions.LinkNeed;
import dev.busbar.core.workload.Conditions.NumaNeed;
import dev.busbar.core.workload.Conditions.RdmaNeed;
import dev.busbar.core.workload.Demand;
import dev.busbar.core.workload.GangKey;
import dev.busbar.core.workload.GpuAsk;
import dev.busbar.core.workload.Intent;
import dev.busbar.core.workload.Pod;
import dev.busbar.core.workload.PodKey;
import dev.busbar.core.workload.ResourceNames;
import dev.busbar.files.ClusterFolder.Text;
import dev.busbar.files.gputopology.Fabric;
import dev.busbar.files.gputopology.Gpu;
import dev.busbar.files.gputopology.GpuTopology;
import dev.busbar.files.gputopology.GpuUse;
import dev.busbar.files.gputopology.Health;
import dev.busbar.files.gputopology.KubeletPolicies;
import dev.busbar.files.gputopology.Memory;
import dev.busbar.files.gputopology.Nic;
import dev.busbar.files.gputopology.NumaNode;
import dev.busbar.files.gputopology.Spec;
import dev.busbar.files.gputopology.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClusterTextTest {
    private static final ResourceNames NAMES = ResourceNames.DEFAULT;
    private static final List<String> LABELS =
            List.of("true", "1e3", "0x1f", "null", "", "~", "a", "1.10", "- x", "#", "zone-a", "\"q\"", "a: b");
    private static final List<String> PRODUCTS =
            List.of("NVIDIA A100-SXM4-80GB", "Tesla V100-SXM2-16GB", "NVIDIA L40S", "NVIDIA H100 80GB HBM3", "");
    private static final List<String> WORDS = List.of("NV1", "NV2", "NV12", "PIX", "PXB", "PHB", "NODE", "SYS");
    private static final Instant NOON = Instant.parse("2026-11-25T12:00:00Z");

    @Test
    void what_is_written_is_read_back_to_an_equal_state() {
        for (int seed = 0; seed < 200; seed++) {
            var state = new RandomCluster(seed).state();

            var text = ClusterText.of(state, NAMES);

            assertThat(seen(read(text))).as("seed %d:%n%s", seed, text).isEqualTo(seen(state));
        }
    }

    @Test
    void a_claim_is_written_as_a_pod_that_waits_and_a_reservation_as_one_that_is_bound() {
        var state = new ClusterState();
        state.apply(new NodeSeen(new NodeFacts("n", 8000, 1L << 30, 0, 4, Map.of())));
        state.apply(new TopologySeen(
                "n", TopologyReader.read(machine(new Random(1), "n", 4)).topology()));
        var claimed = Pod.of(new PodKey("team", "claimed", "u1"), GpuAsk.whole(1));
        var reserved = Pod.of(new PodKey("team", "reserved", "u2"), GpuAsk.whole(1));
        state.apply(new PodWaiting(claimed));
        state.apply(new PodWaiting(reserved));
        state.claim(claimed, state.snapshot().node(0), GpuSet.of(0), NOON);
        state.reserve(reserved, state.snapshot().node(0), GpuSet.of(2), NOON);

        var back = read(ClusterText.of(state, NAMES));

        assertThat(back.waiting()).containsExactly(claimed);
        assertThat(back.snapshot().node(0).holdings()).containsExactly(new Holding.Bound(reserved, GpuSet.of(2), NOON));
    }

    @Test
    void a_share_is_written_as_it_was_asked_without_the_context_that_it_is_counted_with() {
        var names = new ResourceNames("nvidia.com/gpu", "busbar.dev/gpu", "busbar.dev/mem", "", "", "", 1L << 30);
        var share = Pod.of(new PodKey("team", "share", "u1"), GpuAsk.share(9L << 30, 0));
        var state = new ClusterState();
        state.apply(new PodWaiting(share));

        var text = ClusterText.of(state, names);

        var back = new ClusterState();
        ClusterFolder.of("written", List.of(new Text("snapshot.yaml", text)), names)
                .events()
                .forEach(back::apply);
        assertThat(text).contains(Long.toString(8L << 30));
        assertThat(back.waiting()).containsExactly(share);
    }

    @Test
    void a_pod_that_no_folder_may_hold_becomes_a_comment_whatever_its_name_is() {
        var state = new ClusterState();
        var flawed = new Demand.Malformed(Demand.Flaw.COUNT, "3.5");
        state.apply(new PodWaiting(new Pod(new PodKey("team", "a\nkind: Pod", "u1"), flawed, GangKey.NONE, 0)));

        var text = ClusterText.of(state, NAMES);

        assertThat(text).isEqualTo("# Pod \"team/a\\nkind: Pod\" is left out: " + Demand.Flaw.COUNT.text() + "\n");
    }

    private static ClusterState read(String text) {
        var state = new ClusterState();
        ClusterFolder.of("written", List.of(new Text("snapshot.yaml", text)), NAMES)
                .events()
                .forEach(state::apply);
        return state;
    }

    /** All that two equal states must agree upon; the order in which holdings came is not part of it. */
    private record Seen(
            NodeFacts facts, NodeTopology topology, NodeUse use, Set<Holding> holdings, GpuSet free, long freeCpu) {
        static Seen of(NodeState node) {
            return new Seen(
                    node.facts(),
                    node.topology(),
                    node.use(),
                    new HashSet<>(node.holdings()),
                    node.free(),
                    node.freeCpuMilli());
        }
    }

    private static Map<Object, Object> seen(ClusterState state) {
        var all = new HashMap<Object, Object>();
        var snapshot = state.snapshot();
        for (int i = 0; i < snapshot.size(); i++) {
            all.put(snapshot.node(i).name(), Seen.of(snapshot.node(i)));
        }
        state.waiting().forEach(pod -> all.put(pod.key(), pod));
        return all;
    }

    /** As an operator might write it: rows that contradict each other, GPUs that are lost, products nobody knows. */
    private static GpuTopology machine(Random random, String node, int count) {
        var product = pick(random, PRODUCTS);
        var rows = new String[count][count];
        for (int a = 0; a < count; a++) {
            rows[a][a] = "X";
            for (int b = a + 1; b < count; b++) {
                rows[a][b] = pick(random, WORDS);
                // Of an unknown product the best link tells the generation, so there nothing may be told in two ways.
                rows[b][a] = random.nextInt(8) == 0 && !product.isEmpty() ? pick(random, WORDS) : rows[a][b];
            }
        }
        var gpus = IntStream.range(0, count)
                .mapToObj(i -> new Gpu(
                        i,
                        "GPU-%s-%d".formatted(node, i),
                        product,
                        new Memory(random.nextInt(3) == 0 ? 0 : (40L + random.nextInt(40)) << 30),
                        random.nextInt(3) - 1,
                        "",
                        "",
                        List.of()))
                .toList();
        var health = gpus.stream()
                .filter(gpu -> random.nextInt(5) == 0)
                .map(gpu -> new GpuUse(gpu.uuid(), pick(random, Health.values()), "", null, "", "", List.of()))
                .toList();
        var spec = new Spec(
                gpus,
                IntStream.range(0, count)
                        .mapToObj(a -> String.join(" ", rows[a]))
                        .toList(),
                pcie(random, count),
                List.of(new Nic("mlx5_0", "", random.nextInt(2), random.nextBoolean(), 400, paths(random, count))),
                new Fabric(pick(random, LABELS), pick(random, LABELS)),
                List.of(
                        new NumaNode(0, "0-15,64-79", new Memory(1L << 38), List.of(10, 20)),
                        new NumaNode(1, pick(random, List.of("", "16-31")), new Memory(77), List.of())),
                pick(random, List.of("", Spec.BUSBAR, Spec.DEVICE_PLUGIN)),
                new KubeletPolicies(
                        pick(random, List.of("", "none", "best-effort", "restricted", "single-numa-node")),
                        pick(random, List.of("", "pod", "container")),
                        pick(random, List.of("", "static")),
                        pick(random, List.of("", "Static"))));
        return GpuTopology.of(node, spec, new Status("", List.of(), health, List.of(), List.of()));
    }

    private static List<String> pcie(Random random, int count) {
        return random.nextBoolean()
                ? List.of()
                : IntStream.range(0, count)
                        .mapToObj(a -> String.join(" ", paths(random, count)))
                        .toList();
    }

    private static List<String> paths(Random random, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> pick(random, List.of("PIX", "PXB", "PHB", "NODE", "SYS")))
                .toList();
    }

    private static <T> T pick(Random random, List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    @SafeVarargs
    private static <T> T pick(Random random, T... values) {
        return values[random.nextInt(values.length)];
    }

    private static final class RandomCluster {
        private final Random random;
        private final ClusterState state = new ClusterState();

        RandomCluster(int seed) {
            random = new Random(seed);
        }

        ClusterState state() {
            int nodes = 1 + random.nextInt(4);
            for (int i = 0; i < nodes; i++) {
                node("node-" + i);
            }
            int waiting = random.nextInt(4);
            for (int i = 0; i < waiting; i++) {
                state.apply(new PodWaiting(pod("waits-" + i)));
            }
            return state;
        }

        private void node(String name) {
            int gpus = random.nextInt(9);
            boolean counted = random.nextInt(4) == 0;
            var labels = new HashMap<String, String>();
            IntStream.range(0, random.nextInt(4)).forEach(i -> labels.put("l" + i, pick(random, LABELS)));
            state.apply(new NodeSeen(new NodeFacts(
                    name,
                    random.nextInt(256_000),
                    random.nextLong(1L << 40),
                    counted ? gpus : 0,
                    counted ? 0 : gpus,
                    labels)));
            if (!counted && gpus > 0) {
                state.apply(new TopologySeen(
                        name, TopologyReader.read(machine(random, name, gpus)).topology()));
            }
            var bound = IntStream.range(0, random.nextInt(5))
                    .mapToObj(i -> pod("on-" + name + "-" + i))
                    .toList();
            bound.forEach(
                    pod -> state.apply(new PodBound(pod, name, uuids(name), NOON.minusSeconds(random.nextInt(99)))));
            if (!counted && gpus > 0 && random.nextBoolean()) {
                state.apply(new UseSeen(name, use(bound, gpus)));
            }
        }

        private List<String> uuids(String node) {
            return state.snapshot().node(node).orElseThrow().topology().gpus().stream()
                    .filter(gpu -> random.nextInt(4) == 0)
                    .map(dev.busbar.core.topology.Gpu::uuid)
                    .toList();
        }

        private NodeUse use(List<Pod> pods, int gpus) {
            var samples = new ArrayList<NodeUse.GpuUse>();
            for (int i = 0; i < gpus; i++) {
                if (random.nextBoolean()) {
                    var byPod = pods.stream()
                            .filter(pod -> random.nextInt(3) == 0)
                            .collect(Collectors.toMap(pod -> pod.key().uid(), pod -> random.nextLong(1L << 33)));
                    samples.add(new NodeUse.GpuUse(
                            i, random.nextLong(1L << 36), byPod, pick(random, Attribution.values())));
                }
            }
            var devices = pods.stream()
                    .filter(pod -> random.nextInt(3) == 0)
                    .collect(Collectors.toMap(pod -> pod.key().uid(), pod -> new GpuSet(random.nextLong(1L << gpus))));
            // only those can be onlookers that see all
            var onlookers = devices.entrySet().stream()
                    .filter(pod -> pod.getValue().count() == gpus && random.nextBoolean())
                    .map(Map.Entry::getKey)
                    .collect(Collectors.toSet());
            return new NodeUse(NOON.minusMillis(random.nextInt(1_000_000)), samples, devices, onlookers, freeCpus());
        }

        private Map<Integer, Integer> freeCpus() {
            return random.nextBoolean() ? Map.of() : Map.of(0, random.nextInt(64), 1, random.nextInt(64));
        }

        private Pod pod(String name) {
            var namespace = pick(random, List.of("default", "team", "1e3"));
            var gang = random.nextInt(4) == 0 ? new GangKey(namespace, "g" + random.nextInt(3)) : GangKey.NONE;
            var ask = new GpuAsk(
                    devices(),
                    random.nextInt(9000),
                    random.nextLong(1L << 40),
                    conditions(),
                    pick(random, Intent.values()));
            var key = new PodKey(namespace, name, "uid-" + name);
            return new Pod(key, new Demand.Asks(ask), gang, random.nextInt(3) * 1000 - 1000);
        }

        private GpuAsk.Devices devices() {
            return switch (random.nextInt(4)) {
                case 0 -> GpuAsk.NO_GPU;
                case 1 -> new GpuAsk.Whole(1 + random.nextInt(64), Allocator.BUSBAR);
                case 2 -> new GpuAsk.Whole(1 + random.nextInt(8), Allocator.DEVICE_PLUGIN);
                default -> new GpuAsk.Share(random.nextLong(1L << 36), 1 + random.nextInt(1000));
            };
        }

        private Conditions conditions() {
            return new Conditions(
                    random.nextInt(3) == 0 ? random.nextInt(4_000_000) / 8.0 : 0,
                    pick(random, LinkNeed.values()),
                    pick(random, NumaNeed.values()),
                    pick(random, RdmaNeed.values()),
                    random.nextInt(3) == 0 ? Set.of("A100", "1e3") : Set.of());
        }
    }
}
