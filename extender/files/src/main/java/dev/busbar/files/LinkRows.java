package dev.busbar.files;

import dev.busbar.core.topology.Crossing;
import dev.busbar.core.topology.HardwareCatalog;
import dev.busbar.core.topology.HardwareCatalog.Product;
import dev.busbar.core.topology.Link;
import dev.busbar.core.topology.LinkMatrix;
import dev.busbar.core.topology.NvLinkGeneration;
import dev.busbar.core.topology.PcieGeneration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The rows of a GpuTopology's {@code spec.links} as a matrix of links. What is missing, dead or told in two ways counts
 * as the worse of what it may be, and is complained about.
 */
final class LinkRows {
    private static final Pattern NV_LINK = Pattern.compile("NV([0-9]{1,3})");
    private static final String LOST = "SYS";

    private final String[][] words;
    private final List<Optional<Product>> products;
    private final NvLinkGeneration guess;
    private final Complaints complaints;

    private LinkRows(String[][] words, List<Optional<Product>> products, Complaints complaints) {
        this.words = words;
        this.products = products;
        this.guess = Words.guess(mostLanes(words));
        this.complaints = complaints;
        if (mostLanes(words) > 0 && products.stream().anyMatch(Optional::isEmpty)) {
            complaints.warn("the product of a GPU is not known: its NVLinks count as %s ones".formatted(guess));
        }
    }

    /**
     * @param order for each GPU of the matrix, its place among the rows
     * @param productNames for each GPU of the matrix, what it is
     * @param pcie the paths that NVLinks hide
     */
    static LinkMatrix read(
            List<String> rows, List<Integer> order, List<String> productNames, PciePaths pcie, Complaints complaints) {
        int size = order.size();
        var written = written(rows, size, complaints);
        var words = new String[size][size];
        for (int a = 0; a < size; a++) {
            for (int b = 0; b < size; b++) {
                words[a][b] = written[order.get(a)][order.get(b)];
            }
        }
        var products = productNames.stream().map(HardwareCatalog::find).toList();
        return new LinkRows(words, products, complaints).matrix(pcie);
    }

    private static String[][] written(List<String> rows, int size, Complaints complaints) {
        if (rows.isEmpty() && size > 1) {
            complaints.warn("spec.links is missing: each path between GPUs counts as SYS");
        } else if (rows.size() != size && size > 0) {
            complaints.error("spec.links has %d rows for %d GPUs".formatted(rows.size(), size));
        }
        var words = new String[size][size];
        for (int a = 0; a < size; a++) {
            var row = a < rows.size() && !rows.get(a).isBlank()
                    ? rows.get(a).strip().split("\\s+")
                    : new String[0];
            if (a < rows.size() && row.length != size) {
                complaints.error(
                        "spec.links[%d] has %d words for %d GPUs (%s)".formatted(a, row.length, size, rows.get(a)));
            }
            for (int b = 0; b < size; b++) {
                words[a][b] = b < row.length ? checked(row[b], a, b, complaints) : a == b ? "X" : LOST;
            }
        }
        return words;
    }

    private static String checked(String word, int a, int b, Complaints complaints) {
        if (a == b) {
            if (!word.equals("X")) {
                complaints.error("spec.links[%d] has %s for GPU %d itself, where X belongs".formatted(a, word, b));
            }
            return "X";
        }
        if (word.equals("NV0")) {
            complaints.warn("spec.links[%d] has NV0 for GPU %d: a dead link counts as SYS".formatted(a, b));
            return LOST;
        }
        if (NV_LINK.matcher(word).matches() || Words.crossing(word).isPresent()) {
            return word;
        }
        complaints.error("spec.links[%d] has %s for GPU %d; it must be NV and a number, PIX, PXB, PHB, NODE or SYS"
                .formatted(a, word, b));
        return LOST;
    }

    private LinkMatrix matrix(PciePaths pcie) {
        int lanes = 0;
        for (int gpu = 0; gpu < words.length; gpu++) {
            lanes = Math.max(lanes, products.get(gpu).map(Product::lanes).orElse(guess.lanesPerGpu()));
        }
        var matrix = LinkMatrix.of(words.length, Math.max(lanes, 1), this::worse, pcie::between);
        warnOfGpusCutOff(matrix);
        return matrix;
    }

    private Link worse(int a, int b) {
        var there = link(words[a][b], a, b);
        var back = link(words[b][a], a, b);
        if (words[a][b].equals(words[b][a])) {
            return there;
        }
        var worse = there.gigabytesPerSecond() <= back.gigabytesPerSecond() ? there : back;
        complaints.warn("spec.links says %s from GPU %d to GPU %d and %s back: %s counts"
                .formatted(words[a][b], a, b, words[b][a], worse));
        return worse;
    }

    private Link link(String word, int a, int b) {
        var nvLink = NV_LINK.matcher(word);
        if (nvLink.matches()) {
            return Link.NvLink.of(Integer.parseInt(nvLink.group(1)), generation(a, b));
        }
        return Link.Pcie.of(Words.crossing(word).orElse(Crossing.SYS), pcie(a, b));
    }

    /** That of the slower GPU. */
    private NvLinkGeneration generation(int a, int b) {
        var first = products.get(a).map(Product::nvLink).orElse(guess);
        var second = products.get(b).map(Product::nvLink).orElse(guess);
        return first.laneGigabytesPerSecond() <= second.laneGigabytesPerSecond() ? first : second;
    }

    private PcieGeneration pcie(int a, int b) {
        var first = products.get(a).map(Product::pcie).orElse(PcieGeneration.GEN4);
        var second = products.get(b).map(Product::pcie).orElse(PcieGeneration.GEN4);
        return first.compareTo(second) <= 0 ? first : second;
    }

    private static int mostLanes(String[][] words) {
        int most = 0;
        for (var row : words) {
            for (var word : row) {
                var nvLink = NV_LINK.matcher(word);
                most = nvLink.matches() ? Math.max(most, Integer.parseInt(nvLink.group(1))) : most;
            }
        }
        return most;
    }

    private void warnOfGpusCutOff(LinkMatrix matrix) {
        if (!matrix.switched()) {
            return;
        }
        for (int gpu = 0; gpu < matrix.size(); gpu++) {
            if (matrix.nvLinked(gpu).isEmpty()) {
                complaints.warn("GPU %d has no NVLink, while others of its node are joined by switches".formatted(gpu));
            }
        }
    }
}
