package dev.busbar.core.topology;

/** How two GPUs of one node reach each other, with the effective GB/s of one direction. */
public sealed interface Link {
    double gigabytesPerSecond();

    /** Bonded NVLink lanes, direct or through an NVSwitch. */
    record NvLink(int lanes, double gigabytesPerSecond) implements Link {
        public NvLink {
            if (lanes < 1) {
                throw new IllegalArgumentException("NVLink lanes (%d) must be at least 1".formatted(lanes));
            }
            if (!(gigabytesPerSecond > 0)) {
                throw new IllegalArgumentException("NVLink GB/s (%s) must be positive".formatted(gigabytesPerSecond));
            }
        }

        public static NvLink of(int lanes, NvLinkGeneration generation) {
            return new NvLink(lanes, lanes * generation.laneGigabytesPerSecond());
        }

        @Override
        public String toString() {
            return "NV" + lanes;
        }
    }

    /** A path over PCIe, and between sockets where it crosses them. */
    record Pcie(Crossing crossing, double gigabytesPerSecond) implements Link {
        public Pcie {
            if (!(gigabytesPerSecond > 0)) {
                throw new IllegalArgumentException("PCIe GB/s (%s) must be positive".formatted(gigabytesPerSecond));
            }
        }

        public static Pcie of(Crossing crossing, PcieGeneration generation) {
            return new Pcie(crossing, generation.gigabytesPerSecond(crossing));
        }

        @Override
        public String toString() {
            return crossing.name();
        }
    }
}
