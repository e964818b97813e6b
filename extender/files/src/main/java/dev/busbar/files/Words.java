package dev.busbar.files;

import dev.busbar.core.topology.Crossing;
import dev.busbar.core.topology.NvLinkGeneration;
import java.util.Optional;

/** The words that {@code nvidia-smi topo -m} uses for paths. */
final class Words {
    private Words() {}

    static Optional<Crossing> crossing(String word) {
        return switch (word) {
            case "PIX" -> Optional.of(Crossing.PIX);
            case "PXB" -> Optional.of(Crossing.PXB);
            case "PHB" -> Optional.of(Crossing.PHB);
            case "NODE" -> Optional.of(Crossing.NODE);
            case "SYS" -> Optional.of(Crossing.SYS);
            default -> Optional.empty();
        };
    }

    /** The generation of NVLinks of which only the largest bond on the machine is known. */
    static NvLinkGeneration guess(int mostLanes) {
        if (mostLanes > NvLinkGeneration.AMPERE.lanesPerGpu()) {
            return NvLinkGeneration.HOPPER;
        }
        return mostLanes > NvLinkGeneration.VOLTA.lanesPerGpu() || mostLanes == 4
                ? NvLinkGeneration.AMPERE
                : NvLinkGeneration.VOLTA;
    }
}
