package dev.busbar.core.score;

import dev.busbar.core.workload.Conditions;

/**
 * Which of a node's wholly free GPUs a pod would be given, as bit masks by GPU index. The value of a node is found by
 * filling it through this, so that what counts as room is what placement could really give.
 */
public interface SetChoice {
    /** GPUs without links worth telling apart: the lowest free ones, each as good as any other. */
    SetChoice PLAIN = new SetChoice() {
        @Override
        public long choose(long free, int gpus, Conditions conditions) {
            if (Long.bitCount(free) < gpus) {
                return 0;
            }
            long chosen = 0;
            for (long rest = free; gpus > 0; gpus--, rest &= rest - 1) {
                chosen |= Long.lowestOneBit(rest);
            }
            return chosen;
        }

        @Override
        public double quality(long set) {
            return 1;
        }

        @Override
        public int identity() {
            return 0;
        }

        @Override
        public boolean isInterchangeable() {
            return true;
        }
    };

    /** The set out of {@code free} that a pod would be given, 0 if none will do. */
    long choose(long free, int gpus, Conditions conditions);

    /** What the set is worth, as a part of the best that so many GPUs could be: above 0, at most 1. */
    double quality(long set);

    /** Equal for choices that answer alike. */
    int identity();

    /** Whether any GPU of the node is as good as any other, so that their order does not count. */
    default boolean isInterchangeable() {
        return false;
    }
}
