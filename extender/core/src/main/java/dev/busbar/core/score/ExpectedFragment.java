package dev.busbar.core.score;

import java.util.List;

/**
 * The free milli GPU of a node that a pod of the mix is expected to be unable to use (the measure of Fragmentation
 * Gradient Descent, Weng et al., USENIX ATC 2023). Immutable.
 */
public final class ExpectedFragment {
    private final Shape[] shapes;
    private final double[] frequency;

    public ExpectedFragment(List<Forecast.Frequency> typical) {
        this.shapes = typical.stream().map(Forecast.Frequency::shape).toArray(Shape[]::new);
        this.frequency =
                typical.stream().mapToDouble(Forecast.Frequency::frequency).toArray();
    }

    /** Of a node with that much room. */
    public double of(Room room) {
        double sum = 0;
        for (int i = 0; i < shapes.length; i++) {
            sum += frequency[i] * unusable(room, shapes[i]);
        }
        return sum;
    }

    private static int unusable(Room room, Shape shape) {
        int milli = shape.milliOn(room.product().memoryMib());
        int fitting = 0;
        int below = 0;
        for (int gpu = 0; gpu < room.gpus(); gpu++) {
            if (room.milli(gpu) >= milli) {
                fitting++;
            } else {
                below += room.milli(gpu);
            }
        }
        boolean runs = shape.gpus() > 0
                && shape.cpuMilli() <= room.cpuMilli()
                && fitting >= shape.gpus()
                && shape.accepts(room.product().id())
                && isWellServed(room, shape);
        return runs ? below : room.freeMilli();
    }

    /** Where its links would be bad a pod goes only for want of a better place. */
    private static boolean isWellServed(Room room, Shape shape) {
        if (shape.gpus() < 2 || !shape.conditions().useLinks()) {
            return true;
        }
        long set = room.sets().choose(room.whole(), shape.gpus(), shape.conditions());
        return set != 0 && room.sets().quality(set) >= StrandedValue.WELL_SERVED;
    }
}
