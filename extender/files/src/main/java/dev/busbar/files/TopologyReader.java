package dev.busbar.files;

import dev.busbar.core.topology.Allocator;
import dev.busbar.core.topology.Crossing;
import dev.busbar.core.topology.Fabric;
import dev.busbar.core.topology.Gpu;
import dev.busbar.core.topology.GpuSet;
import dev.busbar.core.topology.HardwareCatalog;
import dev.busbar.core.topology.HardwareCatalog.Product;
import dev.busbar.core.topology.KubeletPolicies;
import dev.busbar.core.topology.KubeletPolicies.Scope;
import dev.busbar.core.topology.KubeletPolicies.TopologyManager;
import dev.busbar.core.topology.Nic;
import dev.busbar.core.topology.NodeTopology;
import dev.busbar.core.topology.NumaNode;
import dev.busbar.core.topology.Origin;
import dev.busbar.core.topology.TopologySource;
import dev.busbar.files.gputopology.GpuTopology;
import dev.busbar.files.gputopology.Health;
import dev.busbar.files.gputopology.Spec;
import dev.busbar.files.sources.Published;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Reads what a GpuTopology object says a node is made of. It never gives up: what is wrong makes the node look worse. */
public final class TopologyReader {

    /**
     * What was understood.
     *
     * @param errors mistakes in the object; whoever wrote a file should put them right
     * @param warnings what is degraded or had to be guessed
     */
    public record Read(NodeTopology topology, List<String> errors, List<String> warnings) {
        public Read {
            errors = List.copyOf(errors);
            warnings = List.copyOf(warnings);
        }

        public List<String> complaints() {
            var all = new ArrayList<>(errors);
            all.addAll(warnings);
            return all;
        }
    }

    private final GpuTopology object;
    private final Origin origin;
    private final Fabric fabric;
    private final Complaints complaints = new Complaints();
    private final List<dev.busbar.files.gputopology.Gpu> gpus;
    // For each GPU of ours, its place in spec.gpus, and so in the rows of links and in the paths of NICs.
    private final List<Integer> order;

    private TopologyReader(GpuTopology object, Origin origin, Fabric fabric) {
        this.object = object;
        this.origin = origin;
        this.fabric = fabric;
        var listed = object.spec().gpus();
        this.order = IntStream.range(0, Math.min(listed.size(), GpuSet.MAX_GPUS))
                .boxed()
                .sorted(Comparator.comparingInt(place -> listed.get(place).index()))
                .toList();
        this.gpus = order.stream().map(listed::get).toList();
    }

    public static Read read(GpuTopology object) {
        return read(object, Allocator.BUSBAR);
    }

    /**
     * Reads the object.
     *
     * @param otherwise who gives out the node's GPUs where the object does not say
     */
    public static Read read(GpuTopology object, Allocator otherwise) {
        var fabric = object.spec().fabric();
        return read(
                object,
                otherwise,
                Origin.of(TopologySource.GPU_TOPOLOGY),
                new Fabric(fabric.domain(), fabric.clique(), "", ""));
    }

    /**
     * The same for what was chosen among all that is published about a node. GPUs without UUIDs are never ours to give
     * out: no pod could be told which it has.
     */
    public static Read read(Published.Choice choice, Allocator otherwise) {
        var owner = choice.origin().source() == TopologySource.GPU_TOPOLOGY || choice.namesGpus()
                ? otherwise
                : Allocator.DEVICE_PLUGIN;
        return read(choice.topology(), owner, choice.origin(), choice.fabric());
    }

    private static Read read(GpuTopology object, Allocator otherwise, Origin origin, Fabric fabric) {
        var reader = new TopologyReader(object, origin, fabric);
        var topology = reader.topology(otherwise);
        return new Read(topology, reader.complaints.errors(), reader.complaints.warnings());
    }

    private NodeTopology topology(Allocator otherwise) {
        checkGpus();
        var spec = object.spec();
        var products =
                gpus.stream().map(dev.busbar.files.gputopology.Gpu::product).toList();
        return new NodeTopology(
                gpus(),
                LinkRows.read(
                        spec.links(),
                        order,
                        products,
                        PciePaths.read(spec.pcie(), order, gpus, complaints),
                        complaints),
                spec.nics().stream().map(this::nic).toList(),
                spec.numa().stream().map(this::numa).toList(),
                fabric,
                switch (spec.allocator()) {
                    case Spec.DEVICE_PLUGIN -> Allocator.DEVICE_PLUGIN;
                    case Spec.BUSBAR -> Allocator.BUSBAR;
                    default -> otherwise;
                },
                kubelet(),
                origin);
    }

    private void checkGpus() {
        if (object.spec().gpus().size() > GpuSet.MAX_GPUS) {
            complaints.error("spec.gpus has %d GPUs; we know what to do with %d"
                    .formatted(object.spec().gpus().size(), GpuSet.MAX_GPUS));
        }
        var uuids = new HashSet<String>();
        var indices = new HashSet<Integer>();
        for (int i = 0; i < gpus.size(); i++) {
            var gpu = gpus.get(i);
            if (!indices.add(gpu.index())) {
                complaints.error("spec.gpus has two GPUs with index %d".formatted(gpu.index()));
            } else if (gpu.index() != i) {
                complaints.warn("spec.gpus has no GPU with index %d: GPU %d counts as it".formatted(i, gpu.index()));
            }
            if (!uuids.add(gpu.uuid())) {
                complaints.error("spec.gpus has two GPUs with uuid %s".formatted(gpu.uuid()));
            }
        }
    }

    private List<Gpu> gpus() {
        Map<String, Gpu.Health> health = new HashMap<>();
        for (var use : object.status().gpus()) {
            health.put(use.uuid(), health(use.health()));
        }
        var ours = new ArrayList<Gpu>();
        for (var gpu : gpus) {
            int index = ours.size();
            ours.add(new Gpu(
                    index,
                    gpu.uuid(),
                    gpu.product(),
                    memory(gpu, index),
                    gpu.numaNode(),
                    gpu.mig().isEmpty() ? health.getOrDefault(gpu.uuid(), Gpu.Health.HEALTHY) : cut(index)));
        }
        return ours;
    }

    private Gpu.Health cut(int index) {
        complaints.warn("GPU %d is not offered: MIG is enabled on it".formatted(index));
        return Gpu.Health.MIG;
    }

    private static Gpu.Health health(Health health) {
        return switch (health) {
            case HEALTHY -> Gpu.Health.HEALTHY;
            case DEGRADED -> Gpu.Health.DEGRADED;
            case LOST -> Gpu.Health.UNHEALTHY;
        };
    }

    private long memory(dev.busbar.files.gputopology.Gpu gpu, int index) {
        if (gpu.memory().bytes() > 0) {
            return gpu.memory().bytes();
        }
        long usual =
                HardwareCatalog.find(gpu.product()).map(Product::memoryBytes).orElse(0L);
        complaints.warn("spec.gpus does not say the memory of GPU %d: %s"
                .formatted(index, usual > 0 ? (usual >> 20) + " MiB count" : "no share of it can be given out"));
        return usual;
    }

    private Nic nic(dev.busbar.files.gputopology.Nic nic) {
        int rows = object.spec().gpus().size();
        if (nic.paths().size() != rows && !nic.paths().isEmpty()) {
            complaints.error("spec.nics %s has %d paths for %d GPUs"
                    .formatted(nic.name(), nic.paths().size(), rows));
        }
        var paths = new ArrayList<Crossing>();
        for (int place : order) {
            paths.add(place < nic.paths().size() ? path(nic, nic.paths().get(place)) : Crossing.SYS);
        }
        return new Nic(nic.name(), nic.numaNode(), nic.rdma(), nic.gbitPerSecond(), paths);
    }

    private Crossing path(dev.busbar.files.gputopology.Nic nic, String word) {
        var crossing = Words.crossing(word);
        if (crossing.isEmpty()) {
            complaints.error(
                    "spec.nics %s has a path %s; it must be PIX, PXB, PHB, NODE or SYS".formatted(nic.name(), word));
        }
        return crossing.orElse(Crossing.SYS);
    }

    private NumaNode numa(dev.busbar.files.gputopology.NumaNode numa) {
        var cpus = CpuList.count(numa.cpus());
        if (cpus.isEmpty()) {
            complaints.error(
                    "spec.numa %d has cpus (%s) that are no list such as 0-15,64-79".formatted(numa.id(), numa.cpus()));
        }
        return new NumaNode(numa.id(), cpus.orElse(0), numa.memory().bytes());
    }

    private KubeletPolicies kubelet() {
        var kubelet = object.spec().kubelet();
        return new KubeletPolicies(
                switch (kubelet.topologyManagerPolicy()) {
                    case "", "none" -> TopologyManager.NONE;
                    case "best-effort" -> TopologyManager.BEST_EFFORT;
                    case "restricted" -> TopologyManager.RESTRICTED;
                    case "single-numa-node" -> TopologyManager.SINGLE_NUMA_NODE;
                    default -> unknown("topologyManagerPolicy", kubelet.topologyManagerPolicy(), TopologyManager.NONE);
                },
                switch (kubelet.topologyManagerScope()) {
                    case "", "container" -> Scope.CONTAINER;
                    case "pod" -> Scope.POD;
                    default -> unknown("topologyManagerScope", kubelet.topologyManagerScope(), Scope.CONTAINER);
                },
                kubelet.cpuManagerPolicy().equals("static"),
                kubelet.memoryManagerPolicy().equals("Static"));
    }

    private <T> T unknown(String field, String value, T instead) {
        complaints.error("spec.kubelet.%s (%s) is no policy of the kubelet".formatted(field, value));
        return instead;
    }
}
