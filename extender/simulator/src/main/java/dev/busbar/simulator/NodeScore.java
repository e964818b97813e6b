package dev.busbar.simulator;

import dev.busbar.core.score.ExpectedFragment;
import dev.busbar.core.score.Forecast;
import dev.busbar.core.score.Room;
import dev.busbar.core.score.Shape;
import java.util.List;

/** A published score of a node that fits a pod, higher is better; after "Beware of Fragmentation", USENIX ATC 2023. */
interface NodeScore {
    /** The largest machine of the trace, by which free amounts are divided. */
    double MOST_CPU_MILLI = 128_000;

    double MOST_GPU_MILLI = 8_000;

    int of(Room room, Shape shape);

    /** The GPUs the pod gets there. */
    default long gpus(Room room, Shape shape) {
        return Devices.tightest(room, shape);
    }

    /** Every node is as good as any other. */
    NodeScore NONE = (room, shape) -> 0;

    /** Prefers the node with least left over. */
    NodeScore BEST_FIT = (room, shape) -> (int) (100
            * (1
                    - (0.5 * (room.cpuMilli() - shape.cpuMilli()) / MOST_CPU_MILLI
                            + 0.5 * (room.freeMilli() - asked(shape)) / MOST_GPU_MILLI)));

    /** Prefers the node whose free amounts are least aligned with the ask. */
    NodeScore DOT_PRODUCT = (room, shape) -> (int) (100
            * (1
                    - (room.cpuMilli() / MOST_CPU_MILLI * (shape.cpuMilli() / MOST_CPU_MILLI)
                                    + room.freeMilli() / MOST_GPU_MILLI * (asked(shape) / MOST_GPU_MILLI))
                            / 2));

    private static int asked(Shape shape) {
        return shape.gpus() * shape.milli();
    }

    /** Fragmentation Gradient Descent: prefers the node whose expected fragment grows least. */
    final class GradientDescent implements NodeScore {
        private final ExpectedFragment fragment;

        GradientDescent(List<Forecast.Frequency> typical) {
            this.fragment = new ExpectedFragment(typical);
        }

        @Override
        public int of(Room room, Shape shape) {
            double before = fragment.of(room);
            if (!shape.isShare()) {
                return points(before, room, shape, Devices.tightest(room, shape));
            }
            return points(before, room, shape, gpus(room, shape));
        }

        @Override
        public long gpus(Room room, Shape shape) {
            if (!shape.isShare()) {
                return Devices.tightest(room, shape);
            }
            double before = fragment.of(room);
            long best = 0;
            int most = Integer.MIN_VALUE;
            for (int gpu = 0; gpu < room.gpus(); gpu++) {
                if (room.milli(gpu) >= shape.milli()) {
                    int points = points(before, room, shape, 1L << gpu);
                    if (points > most) {
                        most = points;
                        best = 1L << gpu;
                    }
                }
            }
            return best;
        }

        private int points(double before, Room room, Shape shape, long gpus) {
            double after = fragment.of(room.without(shape, gpus));
            return (int) (100 / (1 + Math.exp((after - before) / 1000)));
        }
    }

    /** Another score on 0..10 instead of 0..100, as an extender must give it. */
    record OnTheWire(NodeScore score) implements NodeScore {
        @Override
        public int of(Room room, Shape shape) {
            return (int) Math.round(score.of(room, shape) / 10.0);
        }

        @Override
        public long gpus(Room room, Shape shape) {
            return score.gpus(room, shape);
        }
    }
}
