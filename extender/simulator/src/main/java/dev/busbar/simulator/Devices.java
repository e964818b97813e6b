package dev.busbar.simulator;

import dev.busbar.core.score.Room;
import dev.busbar.core.score.Shape;

/** Ways to choose GPUs on a node that do not look at the pods to come. */
final class Devices {
    private Devices() {}

    /** For a share the GPU with the least free that fits, for whole GPUs the first free ones. */
    static long tightest(Room room, Shape shape) {
        if (shape.gpus() == 0) {
            return 0;
        }
        int milli = shape.milliOn(room.product().memoryMib());
        if (milli == Shape.WHOLE) {
            return room.sets().choose(room.whole(), shape.gpus(), shape.conditions());
        }
        int best = -1;
        for (int gpu = 0; gpu < room.gpus(); gpu++) {
            if (room.milli(gpu) >= milli && (best < 0 || room.milli(gpu) < room.milli(best))) {
                best = gpu;
            }
        }
        return best < 0 ? 0 : 1L << best;
    }
}
