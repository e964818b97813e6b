package dev.busbar.simulator;

import dev.busbar.core.cluster.ClusterEvent;
import dev.busbar.core.cluster.ClusterEvent.PodBound;
import dev.busbar.core.cluster.ClusterSnapshot;
import dev.busbar.core.cluster.NodeState;
import dev.busbar.core.score.Bandwidth;
import dev.busbar.core.score.BestOfSize;
import dev.busbar.core.score.DemandMix;
import dev.busbar.core.score.ExpectedFragment;
import dev.busbar.core.score.Rooms;
import dev.busbar.core.score.Shape;
import dev.busbar.core.topology.GpuSet;
import dev.busbar.core.workload.Pod;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One policy's way through a stream of pods on a cluster in files: where each went, and the cluster after each. */
final class ClusterRun {
    static final List<String> POLICIES = List.of("busbar", "stock");

    private final String policy;
    private final Extender extender;
    private final Bandwidth bandwidth = new Bandwidth();
    private final BestOfSize best;
    private final Rooms rooms;
    private final ExpectedFragment fragment;
    private final List<Outcome> outcomes = new ArrayList<>();
    private final Map<PodClass, Integer> dropped = new EnumMap<>(PodClass.class);
    private final double[] allocated;
    private final double[] fragmented;

    ClusterRun(String policy, List<ClusterEvent> events, List<Pod> stream) {
        this.policy = policy;
        this.extender = new Extender(events, DemandMix.learning());
        this.best = BestOfSize.of(extender.snapshot(), bandwidth);
        this.rooms = new Rooms(bandwidth, best);
        var mix = new DemandMix(Double.POSITIVE_INFINITY);
        stream.forEach(pod -> mix.arrived(rooms.of(pod.demand().ask())));
        mix.renew();
        this.fragment = new ExpectedFragment(mix.forecast().typical());
        this.allocated = new double[stream.size() + 1];
        this.fragmented = new double[stream.size() + 1];
        measure(0);
        for (Pod pod : stream) {
            var outcome = place(pod);
            outcomes.add(outcome);
            if (!outcome.isPlaced()) {
                dropped.merge(PodClass.of(rooms.of(pod.demand().ask())), 1, Integer::sum);
            }
            measure(outcomes.size());
        }
    }

    private Outcome place(Pod pod) {
        var spot = policy.equals("stock") ? stock(pod) : busbar(pod);
        return spot.orElseGet(() -> Outcome.waits(pod, extender.refusal(pod)));
    }

    private Optional<Outcome> busbar(Pod pod) {
        return extender.place(pod).map(promise -> outcome(pod, promise.node(), promise.gpus()));
    }

    /** As a scheduler and a device plugin without topology would: the emptiest node, the first free GPUs on it. */
    private Optional<Outcome> stock(Pod pod) {
        var chosen = StockScheduler.choose(extender.feasible(pod), pod.demand().ask());
        chosen.ifPresent(spot -> extender.hear(new PodBound(pod, spot.node().name(), spot.uuids(), Instant.EPOCH)));
        return chosen.map(spot -> outcome(pod, spot.node().name(), spot.uuids()));
    }

    private Outcome outcome(Pod pod, String name, List<String> uuids) {
        NodeState node = extender.snapshot().node(name).orElseThrow();
        long bits = 0;
        for (String uuid : uuids) {
            bits |= 1L << node.topology().indexOf(uuid).orElseThrow();
        }
        var gpus = new GpuSet(bits);
        double speed = gpus.isEmpty()
                ? 0
                : bandwidth.gigabytesPerSecond(node.topology().links(), gpus);
        return new Outcome(pod, name, uuids, gpus, speed, best.gigabytesPerSecond(gpus.count()), "");
    }

    private void measure(int arrivals) {
        ClusterSnapshot snapshot = extender.snapshot();
        double capacity = 0;
        double free = 0;
        double unusable = 0;
        for (int number = 0; number < snapshot.size(); number++) {
            var room = rooms.of(snapshot.node(number));
            capacity += (double) Shape.WHOLE * room.gpus();
            free += room.freeMilli();
            unusable += fragment.of(room);
        }
        allocated[arrivals] = capacity == 0 ? 0 : 100 * (1 - free / capacity);
        fragmented[arrivals] = capacity == 0 ? 0 : 100 * unusable / capacity;
    }

    String policy() {
        return policy;
    }

    List<Outcome> outcomes() {
        return List.copyOf(outcomes);
    }

    long placed() {
        return outcomes.stream().filter(Outcome::isPlaced).count();
    }

    int dropped(PodClass of) {
        return dropped.getOrDefault(of, 0);
    }

    /** Percent of the GPUs that are held, before the first pod and after each. */
    double[] allocated() {
        return allocated.clone();
    }

    /** Percent of the GPUs that are free and that a pod of the stream is expected to be unable to use. */
    double[] fragmented() {
        return fragmented.clone();
    }

    /** Least, quartiles and most of the bandwidth that pods of two GPUs or more got, in percent of the best. */
    double[] quartiles() {
        return Quartiles.of(outcomes.stream().filter(Outcome::isLinked).mapToDouble(Outcome::ofBest));
    }

    /** The mean of the same. */
    double ofBest() {
        return outcomes.stream()
                .filter(Outcome::isLinked)
                .mapToDouble(Outcome::ofBest)
                .average()
                .orElse(0);
    }

    double allocatedAtLast() {
        return Arrays.stream(allocated).reduce((first, second) -> second).orElse(0);
    }

    double fragmentedAtLast() {
        return Arrays.stream(fragmented).reduce((first, second) -> second).orElse(0);
    }
}
