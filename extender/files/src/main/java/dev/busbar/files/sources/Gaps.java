package dev.busbar.files.sources;

import dev.busbar.core.topology.HardwareCatalog;
import dev.busbar.core.topology.Origin;
import dev.busbar.core.topology.TopologySource;
import dev.busbar.files.gputopology.Gpu;
import dev.busbar.files.gputopology.GpuTopology;
import dev.busbar.files.gputopology.Spec;
import java.util.ArrayList;
import java.util.List;

/** What a source leaves open about a node, and what we concluded instead. */
final class Gaps {

    private final TopologySource source;
    private final Spec spec;
    private final List<String> unknown = new ArrayList<>();
    private final List<String> inferred = new ArrayList<>();

    private Gaps(TopologySource source, Spec spec) {
        this.source = source;
        this.spec = spec;
    }

    static Origin of(TopologySource source, GpuTopology topology, List<String> conflicts) {
        var gaps = new Gaps(source, topology.spec());
        // Our own object says all there is: what is not in it does not exist.
        if (source != TopologySource.GPU_TOPOLOGY) {
            gaps.find();
        }
        return new Origin(source, gaps.unknown, gaps.inferred, conflicts);
    }

    private void find() {
        if (isAny(gpu -> gpu.product().isEmpty())) {
            unknown.add("product");
        }
        if (isAny(gpu -> gpu.memory().bytes() == 0)) {
            memory();
        }
        if (isAny(gpu -> !isNamed(gpu))) {
            unknown.add("UUIDs");
        }
        if (isAny(gpu -> gpu.numaNode() < 0)) {
            unknown.add("NUMA nodes");
        }
        links();
        unknown.add("network cards");
    }

    /** Where a source knows no UUID the adapter makes up a name of another form. */
    static boolean isNamed(Gpu gpu) {
        return gpu.uuid().startsWith("GPU-");
    }

    private interface Property {
        boolean of(Gpu gpu);
    }

    private boolean isAny(Property property) {
        return spec.gpus().stream().anyMatch(property::of);
    }

    private void memory() {
        if (isAny(gpu -> HardwareCatalog.find(gpu.product()).isEmpty())) {
            unknown.add("memory");
        } else {
            inferred.add("memory, that of the product");
        }
    }

    private void links() {
        if (spec.gpus().size() < 2) {
            return;
        }
        var product = spec.gpus().getFirst().product();
        boolean isToldOne = spec.links().stream().anyMatch(row -> row.contains("NV"));
        if (Guess.lanesBetweenAll(product, spec.gpus().size()).isPresent()) {
            inferred.add("NVLinks, those of the usual board with %d x %s"
                    .formatted(spec.gpus().size(), product));
        } else if (source != TopologySource.HAMI || !isToldOne) {
            unknown.add("NVLinks");
        }
        if (source == TopologySource.LABELS) {
            unknown.add("PCIe paths");
        }
    }
}
