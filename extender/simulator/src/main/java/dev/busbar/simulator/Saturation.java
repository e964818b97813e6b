package dev.busbar.simulator;

import dev.busbar.core.score.ExpectedFragment;
import dev.busbar.core.score.Shape;
import java.util.EnumMap;
import java.util.Map;

/**
 * A cluster that fills: pods arrive one by one, none leaves, and one that fits nowhere is dropped for good. Measures
 * what is allocated and fragmented at each percent of arrived demand.
 */
final class Saturation {
    static final int LAST_PERCENT = 130;

    private final Trace trace;
    private final Cluster cluster;
    private final Policy policy;
    private final ExpectedFragment fragment;
    private final Curve allocated = new Curve();
    private final Curve fragmented = new Curve();
    private final Map<PodClass, Integer> dropped = new EnumMap<>(PodClass.class);
    private double fragmentMilli;
    private double firstDrop = Double.NaN;

    Saturation(Trace trace, Cluster cluster, Policy policy) {
        this.trace = trace;
        this.cluster = cluster;
        this.policy = policy;
        this.fragment = new ExpectedFragment(trace.knownMix().forecast().typical());
        for (int node = 0; node < cluster.size(); node++) {
            fragmentMilli += fragment.of(cluster.room(node));
        }
    }

    Result run() {
        long started = System.nanoTime();
        long arrivedMilli = 0;
        int number = 0;
        for (int row : trace.arrivals()) {
            Shape shape = trace.listed().get(row).shape();
            var pod = new Policy.Pod(number++, shape);
            arrivedMilli += (long) shape.gpus() * shape.milli();
            double percent = 100.0 * arrivedMilli / cluster.capacityMilli();
            policy.arrived(pod);
            if (!place(pod)) {
                dropped.merge(PodClass.of(shape), 1, Integer::sum);
                firstDrop = Double.isNaN(firstDrop) ? percent : firstDrop;
            }
            allocated.add(percent, 100.0 * cluster.allocatedMilli() / cluster.capacityMilli());
            fragmented.add(percent, 100.0 * fragmentMilli / cluster.capacityMilli());
        }
        long milliseconds = (System.nanoTime() - started) / 1_000_000;
        return new Result(allocated, fragmented, firstDrop, dropped, milliseconds);
    }

    private boolean place(Policy.Pod pod) {
        var placement = policy.choose(pod);
        if (placement.isEmpty()) {
            return false;
        }
        int node = placement.get().node();
        fragmentMilli -= fragment.of(cluster.room(node));
        cluster.place(placement.get(), pod.shape());
        fragmentMilli += fragment.of(cluster.room(node));
        policy.placed(pod, placement.get());
        return true;
    }

    /** The mean of a measure over the arrivals at each percent of arrived demand. */
    static final class Curve {
        private final double[] sum = new double[LAST_PERCENT + 1];
        private final int[] count = new int[LAST_PERCENT + 1];

        private void add(double percent, double value) {
            int at = (int) Math.round(percent);
            if (at <= LAST_PERCENT) {
                sum[at] += value;
                count[at]++;
            }
        }

        /** NaN where nothing arrived at that percent. */
        double at(int percent) {
            return sum[percent] / count[percent];
        }
    }

    /** What came out, all in percent of the GPU capacity; the first drop is NaN if there was none. */
    record Result(
            Curve allocated, Curve fragmented, double firstDrop, Map<PodClass, Integer> dropped, long milliseconds) {
        double allocation() {
            return allocated.at(LAST_PERCENT);
        }

        double fragmentation() {
            return fragmented.at(LAST_PERCENT);
        }

        int dropped(PodClass of) {
            return dropped.getOrDefault(of, 0);
        }
    }
}
