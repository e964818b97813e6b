package dev.busbar.files;

import dev.busbar.core.cluster.NodeState;
import dev.busbar.core.cluster.NodeUse;
import dev.busbar.core.topology.GpuSet;
import dev.busbar.core.topology.KubeletPolicies.Scope;
import dev.busbar.core.topology.LinkMatrix;
import dev.busbar.core.topology.NodeTopology;
import dev.busbar.files.gputopology.Fabric;
import dev.busbar.files.gputopology.Gpu;
import dev.busbar.files.gputopology.GpuTopology;
import dev.busbar.files.gputopology.GpuUse;
import dev.busbar.files.gputopology.Health;
import dev.busbar.files.gputopology.KubeletPolicies;
import dev.busbar.files.gputopology.Memory;
import dev.busbar.files.gputopology.MigInstance;
import dev.busbar.files.gputopology.Nic;
import dev.busbar.files.gputopology.NumaNode;
import dev.busbar.files.gputopology.NumaUse;
import dev.busbar.files.gputopology.PodDevices;
import dev.busbar.files.gputopology.PodMemory;
import dev.busbar.files.gputopology.Spec;
import dev.busbar.files.gputopology.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Writes what a node is made of, and what was measured there, as the GpuTopology object that says the same. */
final class TopologyDocument {
    /** Into which instances a GPU is cut does not matter to us: one stands for all. */
    private static final MigInstance CUT = new MigInstance("none", "", null);

    private TopologyDocument() {}

    static GpuTopology of(NodeState node) {
        return GpuTopology.of(node.name(), spec(node.topology()), status(node.topology(), node.use()));
    }

    private static Spec spec(NodeTopology topology) {
        return new Spec(
                topology.gpus().stream().map(TopologyDocument::gpu).toList(),
                IntStream.range(0, topology.gpus().size())
                        .mapToObj(row -> links(topology.links(), row))
                        .toList(),
                pcie(topology),
                topology.nics().stream().map(TopologyDocument::nic).toList(),
                new Fabric(topology.fabric().clique(), topology.fabric().domain()),
                numa(topology.numa()),
                switch (topology.allocator()) {
                    case DEVICE_PLUGIN -> Spec.DEVICE_PLUGIN;
                    case BUSBAR -> Spec.BUSBAR;
                },
                kubelet(topology.kubelet()));
    }

    private static Gpu gpu(dev.busbar.core.topology.Gpu gpu) {
        return new Gpu(
                gpu.index(),
                gpu.uuid(),
                gpu.product(),
                new Memory(gpu.memoryBytes()),
                gpu.numaNode(),
                "",
                "",
                gpu.health() == dev.busbar.core.topology.Gpu.Health.MIG ? List.of(CUT) : List.of());
    }

    private static String links(LinkMatrix links, int row) {
        return IntStream.range(0, links.size())
                .mapToObj(
                        column -> row == column ? "X" : links.link(row, column).toString())
                .collect(Collectors.joining(" "));
    }

    /** Only where the paths that NVLinks hide are not what the NUMA nodes let one think. */
    private static List<String> pcie(NodeTopology topology) {
        var links = topology.links();
        boolean tellMore = topology.gpus().stream()
                .anyMatch(a -> links.nvLinked(a.index())
                        .indices()
                        .mapToObj(topology.gpus()::get)
                        .anyMatch(b ->
                                links.crossing(a.index(), b.index()) != PciePaths.byNuma(a.numaNode(), b.numaNode())));
        return tellMore
                ? topology.gpus().stream().map(gpu -> pcie(links, gpu.index())).toList()
                : List.of();
    }

    private static String pcie(LinkMatrix links, int row) {
        return IntStream.range(0, links.size())
                .mapToObj(column ->
                        row == column ? "X" : links.crossing(row, column).name())
                .collect(Collectors.joining(" "));
    }

    private static Nic nic(dev.busbar.core.topology.Nic nic) {
        return new Nic(
                nic.name(),
                "",
                nic.numaNode(),
                nic.rdma(),
                (int) Math.round(nic.gbitPerSecond()),
                nic.paths().stream().map(Enum::name).toList());
    }

    /** Of the CPUs only their number is known, so they are numbered from the first node on. */
    private static List<NumaNode> numa(List<dev.busbar.core.topology.NumaNode> nodes) {
        var written = new ArrayList<NumaNode>();
        int first = 0;
        for (var node : nodes) {
            var cpus = node.cpus() == 0 ? "" : "%d-%d".formatted(first, first + node.cpus() - 1);
            written.add(new NumaNode(node.id(), cpus, new Memory(node.memoryBytes()), List.of()));
            first += node.cpus();
        }
        return written;
    }

    private static KubeletPolicies kubelet(dev.busbar.core.topology.KubeletPolicies policies) {
        return new KubeletPolicies(
                policies.topologyManager().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                policies.scope() == Scope.POD ? "pod" : "container",
                policies.exclusiveCpus() ? "static" : "none",
                policies.exclusiveMemory() ? "Static" : "None");
    }

    private static Status status(NodeTopology topology, NodeUse use) {
        var gpus = new ArrayList<GpuUse>();
        for (var gpu : topology.gpus()) {
            var measured = use.gpus().stream()
                    .filter(sample -> sample.index() == gpu.index())
                    .findFirst();
            if (measured.isPresent() || gpu.health() != dev.busbar.core.topology.Gpu.Health.HEALTHY) {
                gpus.add(measured.map(sample -> use(gpu, sample)).orElseGet(() -> health(gpu)));
            }
        }
        var observed =
                use.observedAt().equals(Instant.EPOCH) ? "" : use.observedAt().toString();
        return new Status(observed, List.of(), gpus, devices(topology, use), freeCpus(use));
    }

    private static GpuUse health(dev.busbar.core.topology.Gpu gpu) {
        return new GpuUse(gpu.uuid(), healthOf(gpu), "", Memory.NONE, "", "", List.of());
    }

    private static GpuUse use(dev.busbar.core.topology.Gpu gpu, NodeUse.GpuUse sample) {
        return new GpuUse(
                gpu.uuid(),
                healthOf(gpu),
                "",
                new Memory(sample.usedBytes()),
                switch (sample.attribution()) {
                    case BY_PROCESS -> GpuUse.PER_POD;
                    case TOTAL_ONLY -> GpuUse.PER_GPU;
                    case OUTDATED -> UseReader.OUTDATED;
                },
                "",
                sample.byPod().entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(pod -> new PodMemory(pod.getKey(), new Memory(pod.getValue())))
                        .toList());
    }

    private static Health healthOf(dev.busbar.core.topology.Gpu gpu) {
        return switch (gpu.health()) {
            case HEALTHY -> Health.HEALTHY;
            case DEGRADED -> Health.DEGRADED;
            case UNHEALTHY -> Health.LOST;
            case MIG -> Health.HEALTHY;
        };
    }

    private static List<PodDevices> devices(NodeTopology topology, NodeUse use) {
        return use.devices().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(pod -> new PodDevices(
                        "", "", pod.getKey(), uuids(topology, pod.getValue()), witness(use, pod.getKey())))
                .toList();
    }

    private static String witness(NodeUse use, String uid) {
        return use.onlookers().contains(uid) ? PodDevices.CONTAINER : PodDevices.KUBELET;
    }

    private static List<NumaUse> freeCpus(NodeUse use) {
        return use.freeCpus().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(numa -> new NumaUse(numa.getKey(), numa.getValue()))
                .toList();
    }

    private static List<String> uuids(NodeTopology topology, GpuSet gpus) {
        return gpus.indices().mapToObj(i -> topology.gpus().get(i).uuid()).toList();
    }
}
