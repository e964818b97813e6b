package dev.busbar.core.score;

import dev.busbar.core.workload.Conditions;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What is expected to stay unused of a node's free GPUs once pods as they usually come have filled it, in milli GPU,
 * less what pods without GPUs can use of the CPU left beside them; smaller is better. Found by filling copies of the
 * node with fixed sequences of typical pods, and remembered. Not safe for use by several threads at once.
 */
final class StrandedValue {
    private static final long SEED = 0x5eed;
    private static final int REMEMBERED = 1 << 19;
    private static final int NEVER_FITS = Shape.WHOLE + 1;

    /**
     * What links that are slower than the best cost a pod to come, as a part of what they cost the pod that is here.
     * Were it 1, then among pods that all ask the same it would be all one who gets the links, and a name would decide.
     */
    private static final double LINKS_OF_LATER_PODS = 0.5;

    /** The quality from which on a pod is thought to be served as well as it would be elsewhere. */
    static final double WELL_SERVED = 0.5;

    /** A room short of memory is valued as if it had the next lower of this many steps of what the fills need. */
    private static final int MEMORY_STEPS = 32;

    /** How thorough the fills are, and the milli GPU that one usable CPU core is worth. */
    record Settings(int sequences, int length, double milliPerCore) {
        static final Settings DEFAULT = new Settings(24, 48, 12);
    }

    private final Settings settings;
    private final Shape[] shapes;
    private final int[] cpu;
    private final int[] memory;
    private final short[][] sequences;
    private final int leastCpu;
    private final UsableCpu usableCpu;
    /** By product id: each shape's milli per GPU there. */
    private final int[][] milliOnProduct = new int[Long.SIZE][];

    private final Memo memo = new Memo(REMEMBERED);

    private final int[] free = new int[Long.SIZE];
    private final short[] deferred;
    private long whole;
    private double stranded;
    private int cpuLeft;
    private int memoryLeft;
    private double memoryNeeded;

    StrandedValue(Forecast forecast, Settings settings) {
        List<Forecast.Frequency> withGpus = forecast.typicalWithGpus();
        this.settings = settings;
        this.deferred = new short[settings.length()];
        this.shapes = withGpus.stream().map(Forecast.Frequency::shape).toArray(Shape[]::new);
        this.cpu = withGpus.stream().mapToInt(f -> f.shape().cpuMilli()).toArray();
        this.memory = withGpus.stream().mapToInt(f -> f.shape().memoryMib()).toArray();
        this.leastCpu =
                withGpus.stream().mapToInt(f -> f.shape().cpuMilli()).min().orElse(0);
        this.usableCpu = UsableCpu.by(forecast.typicalWithoutGpus());
        this.sequences = new short[withGpus.isEmpty() ? 0 : settings.sequences()][];
        var random = new SplittableRandom(SEED);
        for (int i = 0; i < sequences.length; i++) {
            sequences[i] = Sequences.draw(withGpus, settings.length(), random);
        }
    }

    /** The value of a node with that much room. */
    double of(Room room) {
        if (room.freeMilli() == 0 || sequences.length == 0) {
            return room.freeMilli() - settings.milliPerCore() / 1000 * usableCpu.of(room.cpuMilli(), room.memoryMib());
        }
        long known = remembered(room, room.fingerprint(), Integer.MAX_VALUE);
        int needed = (int) known;
        if (room.memoryMib() < needed) {
            int step = (int) ((long) room.memoryMib() * MEMORY_STEPS / needed);
            int less = (int) ((long) step * needed / MEMORY_STEPS);
            known = remembered(room, Room.mix(room.fingerprint() + 1 + step), less);
        }
        return Float.intBitsToFloat((int) (known >>> 32));
    }

    /** The value as a float in the upper half; in the lower one the memory from which on more makes no difference. */
    private long remembered(Room room, long key, int memoryMib) {
        long known = memo.get(key);
        if (known == Memo.UNKNOWN) {
            float value = (float) meanOfFills(room, memoryMib);
            known = (long) Float.floatToRawIntBits(value) << 32 | (int) Math.ceil(memoryNeeded);
            memo.put(key, known);
        }
        return known;
    }

    private double meanOfFills(Room room, int memoryMib) {
        int[] milli = milliOn(room.product());
        double sum = 0;
        memoryNeeded = 0;
        for (short[] sequence : sequences) {
            sum += fill(room, memoryMib, sequence, milli);
        }
        return sum / sequences.length;
    }

    /**
     * One fill of a copy of the room; a pod that fits is placed, any other skipped. Pods that this machine would serve
     * badly come last, as elsewhere they would be served better: otherwise a machine would be worth less for being able
     * to serve them at all. Allocates nothing.
     */
    private double fill(Room room, int memoryMib, short[] sequence, int[] milliOf) {
        room.copyMilli(free);
        whole = room.whole();
        stranded = room.freeMilli();
        cpuLeft = room.cpuMilli();
        memoryLeft = memoryMib;
        int later = 0;
        for (int i = 0; i < sequence.length && cpuLeft >= leastCpu && stranded != 0; i++) {
            if (!place(room, sequence[i], milliOf, WELL_SERVED)) {
                deferred[later++] = sequence[i];
            }
        }
        for (int i = 0; i < later && cpuLeft >= leastCpu && stranded != 0; i++) {
            place(room, deferred[i], milliOf, 0);
        }
        double usable = usableCpu.of(cpuLeft, memoryLeft);
        memoryNeeded = Math.max(memoryNeeded, (double) memoryMib - memoryLeft + usableCpu.memoryBeside(usable));
        return stranded - settings.milliPerCore() / 1000 * usable;
    }

    /** Places a pod if it fits; false if its set would be of less than that quality. */
    private boolean place(Room room, int shape, int[] milliOf, double leastQuality) {
        int milli = milliOf[shape];
        if (cpu[shape] > cpuLeft || memory[shape] > memoryLeft || milli == NEVER_FITS) {
            return true;
        }
        if (milli < Shape.WHOLE) {
            int gpu = tightest(milli, room.gpus());
            if (gpu < 0) {
                return true;
            }
            if (free[gpu] == Shape.WHOLE) {
                gpu = Long.numberOfTrailingZeros(room.sets().choose(whole, 1, Conditions.NONE));
                whole &= ~(1L << gpu);
            }
            free[gpu] -= milli;
            stranded -= milli;
        } else {
            long set = room.sets().choose(whole, shapes[shape].gpus(), shapes[shape].conditions());
            if (set == 0) {
                return true;
            }
            double quality = shapes[shape].conditions().useLinks() ? room.sets().quality(set) : 1;
            if (quality < leastQuality) {
                return false;
            }
            whole &= ~set;
            for (long rest = set; rest != 0; rest &= rest - 1) {
                free[Long.numberOfTrailingZeros(rest)] = 0;
            }
            stranded -= shapes[shape].gpus() * Shape.WHOLE * (1 - LINKS_OF_LATER_PODS * (1 - quality));
        }
        cpuLeft -= cpu[shape];
        memoryLeft -= memory[shape];
        return true;
    }

    /** The GPU with the least free that still fits, the first of equals; -1 if there is none. */
    private int tightest(int milli, int gpus) {
        int best = -1;
        int least = Shape.WHOLE + 1;
        for (int gpu = 0; gpu < gpus; gpu++) {
            if (free[gpu] >= milli && free[gpu] < least) {
                best = gpu;
                least = free[gpu];
            }
        }
        return best;
    }

    private int[] milliOn(Room.Product product) {
        int[] known = milliOnProduct[product.id()];
        if (known == null) {
            known = new int[shapes.length];
            for (int i = 0; i < known.length; i++) {
                int milli = shapes[i].milliOn(product.memoryMib());
                known[i] = shapes[i].accepts(product.id()) && milli <= Shape.WHOLE ? milli : NEVER_FITS;
            }
            milliOnProduct[product.id()] = known;
        }
        return known;
    }
}
