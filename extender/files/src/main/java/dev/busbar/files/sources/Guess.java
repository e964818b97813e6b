package dev.busbar.files.sources;

import dev.busbar.core.topology.HardwareCatalog;
import dev.busbar.core.topology.HardwareCatalog.Product;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The NVLinks that a machine most likely has, by its product and number of GPUs: those boards of which there is only
 * one kind. Where several are built (bridges between PCIe cards, the V100 cube mesh whose numbering differs by vendor)
 * nothing is guessed, for a link that is not there costs more than one that is overlooked.
 */
final class Guess {

    private Guess() {}

    /** NVLink lanes between each two of the node's GPUs; empty where it can't be told. */
    static Optional<Integer> lanesBetweenAll(String product, int gpus) {
        var known = HardwareCatalog.find(product).filter(found -> found.lanes() > 0 && isOnBoard(product, found));
        if (known.isEmpty() || gpus < 2) {
            return Optional.empty();
        }
        return switch (known.get().word()) {
            case "GB200" -> lanes(known.get(), gpus == 2 || gpus == 4);
            case "V100" -> gpus == 4 ? Optional.of(2) : Optional.empty();
            case "A100", "H100", "A800", "H800" ->
                gpus == 4 ? Optional.of(known.get().lanes() / 3) : lanes(known.get(), gpus == 8 || gpus == 16);
            case "H200", "B200" -> lanes(known.get(), gpus == 8);
            default -> Optional.empty();
        };
    }

    private static Optional<Integer> lanes(Product product, boolean asBuilt) {
        return asBuilt ? Optional.of(product.lanes()) : Optional.empty();
    }

    /** On a board with NVLinks to all others, not on a card of its own. */
    private static boolean isOnBoard(String name, Product product) {
        if (name.contains("PCI") || name.contains("NVL")) {
            return false;
        }
        return switch (product.word()) {
            case "H200", "B200", "GB200" -> true;
            default -> name.contains("SXM") || name.contains("HBM3");
        };
    }

    /** Tells the PCIe path between two GPUs by position. */
    interface Path {
        String between(int a, int b);
    }

    /** Rows as in a GpuTopology: guessed NVLinks, else the path. */
    static List<String> rows(String product, int gpus, Path path) {
        var nvLink = lanesBetweenAll(product, gpus).map(lanes -> "NV" + lanes);
        var rows = new ArrayList<String>();
        for (int a = 0; a < gpus; a++) {
            var words = new ArrayList<String>();
            for (int b = 0; b < gpus; b++) {
                words.add(a == b ? "X" : nvLink.isPresent() ? nvLink.get() : path.between(a, b));
            }
            rows.add(String.join(" ", words));
        }
        return rows;
    }
}
