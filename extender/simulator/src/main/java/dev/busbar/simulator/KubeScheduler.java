package dev.busbar.simulator;

import dev.busbar.core.cluster.ClusterEvent;
import dev.busbar.core.cluster.ClusterEvent.NodeSeen;
import dev.busbar.core.cluster.ClusterEvent.PodEnded;
import dev.busbar.core.cluster.ClusterEvent.PodWaiting;
import dev.busbar.core.cluster.ClusterEvent.TopologySeen;
import dev.busbar.core.cluster.NodeFacts;
import dev.busbar.core.score.DemandMix;
import dev.busbar.core.score.Shape;
import dev.busbar.core.topology.Allocator;
import dev.busbar.core.topology.Fabric;
import dev.busbar.core.topology.Gpu;
import dev.busbar.core.topology.KubeletPolicies;
import dev.busbar.core.topology.LinkMatrix;
import dev.busbar.core.topology.NodeTopology;
import dev.busbar.core.topology.TopologySource;
import dev.busbar.core.workload.DemandReader;
import dev.busbar.core.workload.ResourceNames;
import dev.busbar.simulator.Cluster.Placement;
import dev.busbar.simulator.ScoredPolicy.Ties;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Busbar behind a kube-scheduler: the scheduler sees CPU, memory and pod counts itself, sends a random sample of the
 * nodes that fit by these through filter and prioritize as JSON, takes one of the highest scores at random, and binds.
 * If Busbar refuses a whole sample the pod is tried again with other nodes, until all were asked about.
 */
final class KubeScheduler implements Policy {
    /** How many percent of the nodes the scheduler looks at, and which of the highest-scored it takes. */
    record Look(int sample, Ties ties) {}

    private static final long MEBIBYTE = 1L << 20;

    private final Cluster cluster;
    private final Trace trace;
    private final Visible visible;
    private final SplittableRandom random;
    private final Ties ties;
    private final Extender extender;
    private final DemandReader demands = new DemandReader(ResourceNames.DEFAULT);
    private final Map<String, Integer> numbers = new HashMap<>();

    KubeScheduler(Trace trace, Cluster cluster, DemandMix mix, Look look, SplittableRandom random) {
        this.cluster = cluster;
        this.trace = trace;
        this.random = random;
        this.visible = new Visible(cluster.size(), look.sample(), random);
        this.ties = look.ties();
        var events = new ArrayList<ClusterEvent>();
        for (int node = 0; node < cluster.size(); node++) {
            numbers.put(cluster.node(node).name(), node);
            events.add(new NodeSeen(facts(cluster.node(node))));
            events.add(new TopologySeen(cluster.node(node).name(), topology(cluster.node(node))));
        }
        this.extender = new Extender(events, mix);
    }

    /** Tells Busbar of every pod of the list beforehand. */
    void announce() {
        var expected = new ArrayList<dev.busbar.core.workload.Pod>();
        for (int row = 0; row < trace.listed().size(); row++) {
            expected.add(WirePod.of("expected-" + row, trace.listed().get(row)).pod(demands));
        }
        extender.expect(expected);
    }

    private static NodeFacts facts(Trace.Node node) {
        return new NodeFacts(node.name(), node.empty().cpuMilli(), node.empty().memoryMib() * MEBIBYTE, 0, 0, Map.of());
    }

    /** The trace knows nothing of links, sockets and GPU memory. */
    private static NodeTopology topology(Trace.Node node) {
        int count = node.empty().gpus();
        var gpus = new ArrayList<Gpu>();
        for (int i = 0; i < count; i++) {
            gpus.add(new Gpu(i, node.name() + "/" + i, node.model(), 0, Gpu.NO_NUMA, Gpu.Health.HEALTHY));
        }
        return new NodeTopology(
                gpus,
                LinkMatrix.unknown(count),
                List.of(),
                List.of(),
                Fabric.UNKNOWN,
                Allocator.BUSBAR,
                KubeletPolicies.DEFAULT,
                TopologySource.COUNT);
    }

    @Override
    public Optional<Placement> choose(Pod pod) {
        var wire = WirePod.of(Integer.toString(pod.number()), trace.pod(pod.number()));
        extender.hear(new PodWaiting(wire.pod(demands)));
        visible.begin();
        for (int count = next(pod.shape()); count > 0; count = next(pod.shape())) {
            var feasible = Answer.names(extender.filter(wire.args(names(count))));
            if (!feasible.isEmpty()) {
                return Optional.of(bind(wire, best(wire, feasible)));
            }
        }
        return Optional.empty();
    }

    private int next(Shape shape) {
        return visible.next(node -> cluster.fitsBesideGpus(node, shape));
    }

    private List<String> names(int count) {
        var names = new ArrayList<String>();
        for (int i = 0; i < count; i++) {
            names.add(cluster.node(visible.found()[i]).name());
        }
        return names;
    }

    /** The scheduler asks for no scores where only one node is left. */
    private String best(WirePod wire, List<String> feasible) {
        if (feasible.size() == 1) {
            return feasible.getFirst();
        }
        var scores = Answer.scores(extender.prioritize(wire.args(feasible)));
        int most = scores.stream().mapToInt(Answer.Score::points).max().orElseThrow();
        var top = scores.stream().filter(score -> score.points() == most).toList();
        return switch (ties) {
            case RANDOM -> top.get(random.nextInt(top.size())).host();
            case RANK ->
                top.stream()
                        .min(Comparator.comparingInt(score -> rank(score.host())))
                        .orElseThrow()
                        .host();
        };
    }

    private Placement bind(WirePod wire, String name) {
        var promise = extender.bind(wire.pod(demands), name);
        long gpus = 0;
        for (String uuid : promise.gpus()) {
            gpus |= 1L << Integer.parseInt(uuid.substring(uuid.lastIndexOf('/') + 1));
        }
        return new Placement(number(name), gpus);
    }

    private int rank(String name) {
        return cluster.node(number(name)).rank();
    }

    private int number(String name) {
        return Objects.requireNonNull(numbers.get(name), () -> "no node is named " + name);
    }

    @Override
    public void departed(Pod pod, Placement placement) {
        extender.hear(new PodEnded(WirePod.uid(Integer.toString(pod.number()))));
    }
}
