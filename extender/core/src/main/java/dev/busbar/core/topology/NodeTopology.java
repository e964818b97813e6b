package dev.busbar.core.topology;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** The inventory of one node. GPUs are in index order, without holes: the GPU at position i has index i. */
public record NodeTopology(
        List<Gpu> gpus,
        LinkMatrix links,
        List<Nic> nics,
        List<NumaNode> numa,
        Fabric fabric,
        Allocator allocator,
        KubeletPolicies kubelet,
        Origin origin) {
    public static final NodeTopology NONE = new NodeTopology(
            List.of(),
            LinkMatrix.unknown(0),
            List.of(),
            List.of(),
            Fabric.UNKNOWN,
            Allocator.BUSBAR,
            KubeletPolicies.DEFAULT,
            Origin.of(TopologySource.NONE));

    private static final Origin COUNTED = new Origin(
            TopologySource.COUNT,
            List.of("product", "memory", "UUIDs", "NUMA nodes", "NVLinks", "PCIe paths", "network cards"),
            List.of(),
            List.of());

    public NodeTopology {
        gpus = List.copyOf(gpus);
        nics = List.copyOf(nics);
        numa = List.copyOf(numa);
        if (links.size() != gpus.size()) {
            throw new IllegalArgumentException(
                    "the link matrix has %d rows for %d GPUs".formatted(links.size(), gpus.size()));
        }
        for (int i = 0; i < gpus.size(); i++) {
            if (gpus.get(i).index() != i) {
                throw new IllegalArgumentException(
                        "the GPU at position %d has index %d; indices must run from 0 without holes"
                                .formatted(i, gpus.get(i).index()));
            }
        }
    }

    /** One of which only the source is known, not what it leaves out. */
    public NodeTopology(
            List<Gpu> gpus,
            LinkMatrix links,
            List<Nic> nics,
            List<NumaNode> numa,
            Fabric fabric,
            Allocator allocator,
            KubeletPolicies kubelet,
            TopologySource source) {
        this(gpus, links, nics, numa, fabric, allocator, kubelet, Origin.of(source));
    }

    public TopologySource source() {
        return origin.source();
    }

    /** A node that only says how many GPUs it has. */
    public static NodeTopology counted(int count, Allocator allocator) {
        var gpus = new ArrayList<Gpu>();
        for (int i = 0; i < count; i++) {
            gpus.add(new Gpu(i, "gpu-" + i, "", 0, Gpu.NO_NUMA, Gpu.Health.HEALTHY));
        }
        return new NodeTopology(
                gpus,
                LinkMatrix.unknown(count),
                List.of(),
                List.of(),
                Fabric.UNKNOWN,
                allocator,
                KubeletPolicies.DEFAULT,
                COUNTED);
    }

    /** The same inventory with another matrix object; it must be equal to this one's. */
    public NodeTopology sharing(LinkMatrix same) {
        return new NodeTopology(gpus, same, nics, numa, fabric, allocator, kubelet, origin);
    }

    /** The same parts without the names that tell one machine from another. */
    public NodeTopology nameless() {
        var same = gpus.stream()
                .map(gpu -> new Gpu(gpu.index(), "", gpu.product(), gpu.memoryBytes(), gpu.numaNode(), gpu.health()))
                .toList();
        return new NodeTopology(
                same, links, nics, numa, Fabric.UNKNOWN, allocator, kubelet, TopologySource.GPU_TOPOLOGY);
    }

    public GpuSet all() {
        return GpuSet.first(gpus.size());
    }

    /** The GPUs that may be given out at all. */
    public GpuSet usable() {
        long bits = 0;
        for (var gpu : gpus) {
            if (gpu.health().isOffered()) {
                bits |= 1L << gpu.index();
            }
        }
        return new GpuSet(bits);
    }

    /** The GPUs on one NUMA node. */
    public GpuSet onNuma(int numaNode) {
        long bits = 0;
        for (var gpu : gpus) {
            if (gpu.numaNode() == numaNode) {
                bits |= 1L << gpu.index();
            }
        }
        return new GpuSet(bits);
    }

    public OptionalInt indexOf(String uuid) {
        for (var gpu : gpus) {
            if (gpu.uuid().equals(uuid)) {
                return OptionalInt.of(gpu.index());
            }
        }
        return OptionalInt.empty();
    }
}
