package dev.busbar.files;

import dev.busbar.core.topology.Crossing;
import dev.busbar.files.gputopology.Gpu;
import java.util.List;
import java.util.Optional;

/**
 * The PCIe paths between GPUs, those that NVLinks hide in {@code spec.links} among them: by {@code spec.pcie}, else as
 * near as the GPUs' switches and NUMA nodes say.
 */
final class PciePaths {
    private final List<List<String>> rows;
    private final List<Integer> order;
    private final List<Gpu> gpus;
    private final Complaints complaints;

    private PciePaths(List<List<String>> rows, List<Integer> order, List<Gpu> gpus, Complaints complaints) {
        this.rows = rows;
        this.order = order;
        this.gpus = gpus;
        this.complaints = complaints;
    }

    /**
     * @param order for each GPU, its place among the rows
     * @param gpus the GPUs in that order
     */
    static PciePaths read(List<String> written, List<Integer> order, List<Gpu> gpus, Complaints complaints) {
        var rows =
                written.stream().map(row -> List.of(row.strip().split("\\s+"))).toList();
        boolean whole = rows.size() == gpus.size() && rows.stream().allMatch(row -> row.size() == gpus.size());
        if (!whole && !rows.isEmpty()) {
            complaints.error("spec.pcie must have a row of %1$d words for each of %1$d GPUs".formatted(gpus.size()));
        }
        return new PciePaths(whole ? rows : List.of(), order, gpus, complaints);
    }

    Crossing between(int a, int b) {
        return told(a, b).orElseGet(() -> near(gpus.get(a), gpus.get(b)));
    }

    private Optional<Crossing> told(int a, int b) {
        if (rows.isEmpty()) {
            return Optional.empty();
        }
        var word = rows.get(order.get(a)).get(order.get(b));
        var crossing = Words.crossing(word);
        if (crossing.isEmpty()) {
            complaints.error("spec.pcie[%d] has %s for GPU %d; it must be PIX, PXB, PHB, NODE or SYS"
                    .formatted(order.get(a), word, order.get(b)));
        }
        return crossing;
    }

    private static Crossing near(Gpu a, Gpu b) {
        if (!a.pcieSwitch().isEmpty() && a.pcieSwitch().equals(b.pcieSwitch())) {
            return Crossing.PIX;
        }
        return byNuma(a.numaNode(), b.numaNode());
    }

    /** What the NUMA nodes of two GPUs let one think, below 0 where they are not known. */
    static Crossing byNuma(int a, int b) {
        return a >= 0 && a == b ? Crossing.NODE : Crossing.SYS;
    }
}
