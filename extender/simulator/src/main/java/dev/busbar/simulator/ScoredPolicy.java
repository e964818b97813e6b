package dev.busbar.simulator;

import dev.busbar.core.score.Shape;
import dev.busbar.simulator.Cluster.Placement;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/** A plain policy: the node with the highest whole-number score; scores are kept until the node changes. */
final class ScoredPolicy implements Policy {
    /** Who wins among nodes of the same score. */
    enum Ties {
        RANK,
        RANDOM
    }

    private final Cluster cluster;
    private final NodeScore score;
    private final Ties ties;
    private final Visible visible;
    private final SplittableRandom random;
    private final Map<Shape, Scores> kept = new HashMap<>();

    ScoredPolicy(Cluster cluster, NodeScore score, Ties ties, int sample, SplittableRandom random) {
        this.cluster = cluster;
        this.score = score;
        this.ties = ties;
        this.random = random;
        this.visible = new Visible(cluster.size(), sample, random);
    }

    @Override
    public Optional<Placement> choose(Pod pod) {
        Shape shape = pod.shape();
        visible.begin();
        int count = visible.next(node -> cluster.fits(node, shape));
        var scores = kept.computeIfAbsent(memoryless(shape), key -> new Scores(cluster.size()));
        int best = -1;
        int most = Integer.MIN_VALUE;
        int equals = 0;
        for (int i = 0; i < count; i++) {
            int node = visible.found()[i];
            int points = scores.of(node, shape);
            if (points > most) {
                best = node;
                most = points;
                equals = 1;
            } else if (points == most && wins(node, best, ++equals)) {
                best = node;
            }
        }
        return best < 0 ? Optional.empty() : Optional.of(new Placement(best, score.gpus(cluster.room(best), shape)));
    }

    /** Whether the node takes the place of the best so far; it is the n-th with that score. */
    private boolean wins(int node, int best, int nth) {
        return switch (ties) {
            case RANK -> cluster.node(node).rank() < cluster.node(best).rank();
            case RANDOM -> random.nextInt(nth) == 0;
        };
    }

    /** Memory decides whether a pod fits, but not the published scores. */
    private static Shape memoryless(Shape shape) {
        return new Shape(shape.cpuMilli(), 0, shape.gpus(), shape.milli(), 0, shape.products(), shape.conditions());
    }

    /** The scores of one shape on all nodes, and of which state of the node they are. */
    private final class Scores {
        private final int[] points;
        private final int[] changes;

        Scores(int nodes) {
            points = new int[nodes];
            changes = new int[nodes];
            Arrays.fill(changes, -1);
        }

        int of(int node, Shape shape) {
            if (changes[node] != cluster.changes(node)) {
                changes[node] = cluster.changes(node);
                points[node] = score.of(cluster.room(node), shape);
            }
            return points[node];
        }
    }
}
