package dev.busbar.simulator;

import dev.busbar.core.topology.Allocator;
import dev.busbar.core.workload.Conditions;
import dev.busbar.core.workload.GpuAsk;
import dev.busbar.core.workload.Intent;
import dev.busbar.core.workload.Pod;
import dev.busbar.core.workload.PodKey;

/** Replicas of translators, one after the other, of six models from small to large. The models are an example. */
final class Translators {
    /** How many replicas differ before the first comes again. */
    static final int KINDS = 6;

    private static final long MEBIBYTE = 1L << 20;
    private static final long[] NEEDS_MEBIBYTES = {1331, 1331, 2048, 2662, 4096, 6144};
    private static final int[] NEEDS_MILLI = {100, 100, 150, 200, 250, 400};
    private static final long CPU_MILLI = 1000;
    private static final long MEMORY_BYTES = 2048 * MEBIBYTE;

    /** What a replica asks for. */
    enum Size {
        ONE_GPU("one GPU each"),
        NEEDED("shares by need");

        private final String text;

        Size(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }
    }

    private Translators() {}

    static Pod pod(int number, Size size) {
        GpuAsk.Devices devices = switch (size) {
            case ONE_GPU -> new GpuAsk.Whole(1, Allocator.BUSBAR);
            case NEEDED -> new GpuAsk.Share(memoryBytes(number), milli(number));
        };
        String name = "translator-" + number;
        return Pod.of(
                new PodKey("translators", name, "uid-" + name),
                new GpuAsk(devices, CPU_MILLI, MEMORY_BYTES, Conditions.NONE, Intent.PACK));
    }

    /** GPU memory that the replica really needs. */
    static long memoryBytes(int number) {
        return NEEDS_MEBIBYTES[number % KINDS] * MEBIBYTE;
    }

    /** Thousandths of a GPU's compute that the replica really needs. */
    static int milli(int number) {
        return NEEDS_MILLI[number % KINDS];
    }
}
