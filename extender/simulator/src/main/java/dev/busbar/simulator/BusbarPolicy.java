package dev.busbar.simulator;

import dev.busbar.core.score.DemandMix;
import dev.busbar.core.score.Fragmentation;
import dev.busbar.core.score.Room;
import dev.busbar.core.score.Shape;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** Busbar's own rule: the node on which the pods to come lose least, told as 0..10 to a scheduler that breaks ties. */
final class BusbarPolicy implements Policy {
    /** Nodes whose cost is within so many milli GPU of the least count as equal; the first in the fixed order wins. */
    private static final double BAND = 20;

    private final Cluster cluster;
    private final Fragmentation fragmentation;
    private final Visible visible;
    private final Map<Shape, Losses> kept = new HashMap<>();
    private final double[] cost;

    BusbarPolicy(Cluster cluster, DemandMix mix, int sample, SplittableRandom random) {
        this.cluster = cluster;
        this.fragmentation = new Fragmentation(mix);
        this.visible = new Visible(cluster.size(), sample, random);
        this.cost = new double[cluster.size()];
        for (int node = 0; node < cluster.size(); node++) {
            placed(node);
        }
    }

    @Override
    public void arrived(Shape shape) {
        fragmentation.arrived(shape);
        fragmentation.renew();
    }

    @Override
    public void placed(int node) {
        fragmentation.put(cluster.node(node).name(), cluster.node(node).size(), cluster.room(node));
    }

    @Override
    public void departed(int node) {
        fragmentation.departed();
        fragmentation.renew();
        placed(node);
    }

    @Override
    public int choose(Shape shape) {
        visible.begin();
        int count = visible.next(node -> cluster.fits(node, shape));
        var losses = kept.computeIfAbsent(shape, Losses::new);
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < count; i++) {
            cost[i] = losses.cost(visible.found()[i]);
            least = Math.min(least, cost[i]);
        }
        int best = NONE;
        for (int i = 0; i < count; i++) {
            int node = visible.found()[i];
            if (cost[i] <= least + BAND && (best == NONE || rank(node) < rank(best))) {
                best = node;
            }
        }
        return best;
    }

    private int rank(int node) {
        return cluster.node(node).rank();
    }

    @Override
    public long gpus(Room room, Shape shape) {
        return shape.isShare() ? leastLoss(room, shape) : Devices.tightest(room, shape);
    }

    private long leastLoss(Room room, Shape shape) {
        int milli = shape.milliOn(room.product().memoryMib());
        double least = Double.POSITIVE_INFINITY;
        long best = 0;
        for (int gpu = 0; gpu < room.gpus(); gpu++) {
            if (room.milli(gpu) < milli || isRepeated(room, gpu)) {
                continue;
            }
            Room after = room.without(shape, 1L << gpu);
            double loss = fragmentation.loss(room, after) + fragmentation.slotCost(room, after);
            if (loss < least) {
                least = loss;
                best = 1L << gpu;
            }
        }
        return best;
    }

    private static boolean isRepeated(Room room, int gpu) {
        for (int earlier = 0; earlier < gpu; earlier++) {
            if (room.milli(earlier) == room.milli(gpu)) {
                return true;
            }
        }
        return false;
    }

    /** One shape's losses on all nodes; they hold until the node changes or a new forecast is made. */
    private final class Losses {
        private final Shape shape;
        private final double[] loss = new double[cluster.size()];
        private final Room[] after = new Room[cluster.size()];
        private final int[] changes = new int[cluster.size()];
        private int generation;

        Losses(Shape shape) {
            this.shape = shape;
            Arrays.fill(changes, -1);
        }

        double cost(int node) {
            if (generation != fragmentation.generation()) {
                generation = fragmentation.generation();
                Arrays.fill(changes, -1);
            }
            Room room = cluster.room(node);
            if (changes[node] != cluster.changes(node)) {
                changes[node] = cluster.changes(node);
                after[node] = room.without(shape, gpus(room, shape));
                loss[node] = fragmentation.loss(room, after[node]);
            }
            return loss[node] + fragmentation.slotCost(room, after[node]);
        }
    }
}
