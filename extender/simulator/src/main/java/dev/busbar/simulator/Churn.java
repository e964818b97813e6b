package dev.busbar.simulator;

import dev.busbar.core.score.Shape;
import dev.busbar.simulator.Cluster.Placement;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.DoubleConsumer;

/**
 * A cluster in balance: pods arrive as a Poisson stream and leave when they are done. One that does not fit waits, and
 * is tried again in order of arrival, without blocking others, whenever a pod leaves. The first half is warm-up.
 */
final class Churn {
    /**
     * The stream of pods: the list's arrivals, again and again.
     *
     * @param load offered GPU demand as a part of the capacity
     * @param capSeconds no pod runs longer
     */
    record Stream(double load, int arrivals, long capSeconds) {
        Stream {
            if (!(load > 0 && load < 2)) {
                throw new SimulationException("--churn (%s) must be a load above 0 and below 2".formatted(load));
            }
            if (arrivals < 2 || capSeconds < 1) {
                throw new SimulationException("--arrivals (%d) must be at least 2 and --cap-seconds (%d) at least 1"
                        .formatted(arrivals, capSeconds));
            }
        }
    }

    private record Arrival(Policy.Pod pod, double at, double seconds) {
        Shape shape() {
            return pod.shape();
        }
    }

    private record Departure(Policy.Pod pod, double at, Placement placement) {}

    private final Trace trace;
    private final Stream stream;
    private final Cluster cluster;
    private final Policy policy;
    private final PriorityQueue<Departure> running = new PriorityQueue<>(Comparator.comparingDouble(Departure::at)
            .thenComparingInt(leaving -> leaving.pod().number()));
    private final Deque<Arrival> waiting = new ArrayDeque<>();
    private final Waits all = new Waits();
    private final Waits eights = new Waits();
    private double measuredFrom = Double.POSITIVE_INFINITY;
    private double measuredMilliSeconds;
    private double carriedOverMilliSeconds;
    private double now;
    private int placed;

    Churn(Trace trace, Stream stream, Cluster cluster, Policy policy) {
        this.trace = trace;
        this.stream = stream;
        this.cluster = cluster;
        this.policy = policy;
    }

    Result run(DoubleConsumer progress) {
        var random = new SplittableRandom(trace.seed());
        double gap = meanGap();
        double next = 0;
        for (int number = 0; number < stream.arrivals(); number++) {
            next -= Math.log(1 - random.nextDouble()) * gap;
            while (!running.isEmpty() && running.element().at() <= next) {
                depart(running.remove());
            }
            advance(next);
            if (isMeasured(number) && measuredFrom > now) {
                measuredFrom = now;
                carriedOverMilliSeconds = waitingMilliSeconds();
            }
            arrive(number);
            progress.accept((number + 1.0) / stream.arrivals());
        }
        waiting.forEach(arrival -> served(arrival, now));
        double percent = 100 / (now - measuredFrom) / cluster.capacityMilli();
        return new Result(
                percent * measuredMilliSeconds, percent * carriedOverMilliSeconds, all, eights, placed, waiting.size());
    }

    private double waitingMilliSeconds() {
        return waiting.stream()
                .mapToDouble(arrival -> arrival.seconds()
                        * arrival.shape().gpus()
                        * arrival.shape().milli())
                .sum();
    }

    /** The seconds between arrivals at which as much is offered as the load says. */
    private double meanGap() {
        double milliSeconds = 0;
        for (int row : trace.arrivals()) {
            Shape shape = trace.listed().get(row).shape();
            milliSeconds += (double) shape.gpus() * shape.milli() * seconds(row);
        }
        double mean = milliSeconds / trace.arrivals().size();
        if (mean == 0) {
            throw new SimulationException("the list %s has no times, so it cannot churn".formatted(trace.list()));
        }
        return mean / (stream.load() * cluster.capacityMilli());
    }

    private double seconds(int row) {
        return Math.min(stream.capSeconds(), trace.listed().get(row).seconds());
    }

    private boolean isMeasured(int number) {
        return number >= stream.arrivals() / 2;
    }

    private void advance(double to) {
        if (now >= measuredFrom) {
            measuredMilliSeconds += (to - now) * cluster.allocatedMilli();
        }
        now = to;
    }

    private void arrive(int number) {
        int row = trace.arrivals().get(number % trace.arrivals().size());
        var pod = new Policy.Pod(number, trace.listed().get(row).shape());
        var arrival = new Arrival(pod, now, seconds(row));
        policy.arrived(pod);
        if (!place(arrival)) {
            waiting.add(arrival);
        }
    }

    private void depart(Departure departure) {
        advance(departure.at());
        int node = departure.placement().node();
        cluster.remove(departure.placement(), departure.pod().shape());
        policy.departed(departure.pod(), departure.placement());
        // Only this node has gained room, so a waiting pod that does not fit here still fits nowhere.
        waiting.removeIf(arrival -> cluster.fits(node, arrival.shape()) && place(arrival));
    }

    private boolean place(Arrival arrival) {
        var placement = policy.choose(arrival.pod());
        if (placement.isEmpty()) {
            return false;
        }
        cluster.place(placement.get(), arrival.shape());
        policy.placed(arrival.pod(), placement.get());
        running.add(new Departure(arrival.pod(), now + arrival.seconds(), placement.get()));
        served(arrival, now);
        placed++;
        return true;
    }

    /** A pod that never got a place counts with the time it has waited when the stream ends. */
    private void served(Arrival arrival, double at) {
        if (!isMeasured(arrival.pod().number())) {
            return;
        }
        all.add(at - arrival.at());
        if (PodClass.of(arrival.shape()) == PodClass.EIGHT) {
            eights.add(at - arrival.at());
        }
    }

    /**
     * What came out.
     *
     * @param allocation the mean over the measured time, in percent of the GPU capacity
     * @param carriedOver what waited when the measure began, in the same unit: who was late before looks busier after
     */
    record Result(double allocation, double carriedOver, Waits all, Waits eights, int placed, int neverPlaced) {}
}
