package dev.busbar.core.topology;

/**
 * One GPU of a node.
 *
 * @param numaNode id of its NUMA node, or {@link #NO_NUMA} where the machine does not say
 */
public record Gpu(int index, String uuid, String product, long memoryBytes, int numaNode, Health health) {
    public static final int NO_NUMA = -1;

    /** Whether a GPU may be given out. */
    public enum Health {
        HEALTHY("healthy"),
        /** It works, with less than it should have: a lane is down, say. */
        DEGRADED("degraded"),
        UNHEALTHY("unhealthy"),
        /** It may be cut into MIG instances: it is offered neither whole nor in shares. */
        MIG("MIG enabled");

        private final String words;

        Health(String words) {
            this.words = words;
        }

        public String words() {
            return words;
        }

        public boolean isOffered() {
            return this == HEALTHY || this == DEGRADED;
        }
    }

    public Gpu {
        if (index < 0 || index >= GpuSet.MAX_GPUS) {
            throw new IllegalArgumentException(
                    "GPU index (%d) must be between 0 and %d".formatted(index, GpuSet.MAX_GPUS - 1));
        }
        if (memoryBytes < 0) {
            throw new IllegalArgumentException(
                    "memory (%d) of GPU %d must not be negative".formatted(memoryBytes, index));
        }
    }
}
