package dev.busbar.files;

import dev.busbar.core.topology.HardwareCatalog;
import dev.busbar.core.topology.HardwareCatalog.Product;
import dev.busbar.core.workload.Nearest;
import dev.busbar.files.TopoMatrix.GpuRow;
import dev.busbar.files.TopoMatrix.NicColumn;
import dev.busbar.files.gputopology.Fabric;
import dev.busbar.files.gputopology.Gpu;
import dev.busbar.files.gputopology.GpuTopology;
import dev.busbar.files.gputopology.GpuTopologyCodec;
import dev.busbar.files.gputopology.KubeletPolicies;
import dev.busbar.files.gputopology.Memory;
import dev.busbar.files.gputopology.Metadata;
import dev.busbar.files.gputopology.Nic;
import dev.busbar.files.gputopology.NumaNode;
import dev.busbar.files.gputopology.Spec;
import dev.busbar.files.gputopology.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Makes a node's GpuTopology object of the texts that an operator can paste from it. */
public final class TopologyImport {
    /** The annotation of an object whose NVLink generation is a guess. */
    public static final String GUESSED = "busbar.dev/nvlink-generation-guessed";

    private static final Pattern NODE_NAME = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?");

    /**
     * What became of the texts.
     *
     * @param remarks what was guessed or is degraded, one line each
     */
    public record Imported(GpuTopology object, List<String> remarks) {
        public Imported {
            remarks = List.copyOf(remarks);
        }

        /** The object as a file, with the remarks as comments above it. */
        public String yaml() {
            var yaml = new StringBuilder();
            remarks.forEach(remark -> yaml.append("# ").append(remark).append('\n'));
            return yaml.append(GpuTopologyCodec.toYaml(object)).toString();
        }
    }

    private final String node;
    private final String product;
    private final GpuList gpus;

    private TopologyImport(String node, String product, GpuList gpus) {
        this.node = node;
        this.product = product;
        this.gpus = gpus;
    }

    public static TopologyImport of(String node) {
        if (!NODE_NAME.matcher(node).matches()) {
            throw new BadInput("node name (%s) must be lower-case letters, digits, dashes and dots".formatted(node));
        }
        return new TopologyImport(node, "", new GpuList(Map.of()));
    }

    /** The GPUs are of this product: it gives their memory and the generation of their links. */
    public TopologyImport withProduct(String name) {
        if (HardwareCatalog.find(name).isEmpty()) {
            var known = HardwareCatalog.products().stream().map(Product::word).toList();
            throw new BadInput("product (%s) is none that we know: %s%s"
                    .formatted(name, String.join(", ", known), Nearest.hint(name, known)));
        }
        return new TopologyImport(node, name, gpus);
    }

    /** What the driver says of each GPU; where it speaks it is believed. */
    public TopologyImport withGpus(GpuList list) {
        return new TopologyImport(node, product, list);
    }

    /**
     * Makes the object.
     *
     * @param file what to call the text in messages
     * @param matrix what {@code nvidia-smi topo -m} printed
     */
    public Imported read(String file, String matrix) {
        var table = TopoMatrix.parse(file, matrix);
        if (!gpus.byIndex().isEmpty() && gpus.byIndex().size() != table.gpus().size()) {
            throw new BadInput("%s has %d GPUs, but the list of GPUs has %d"
                    .formatted(file, table.gpus().size(), gpus.byIndex().size()));
        }
        var spec = new Spec(
                table.gpus().stream().map(row -> gpu(file, row)).toList(),
                table.gpus().stream().map(row -> String.join(" ", row.links())).toList(),
                table.nics().stream().map(nic -> nic(nic, table.gpus())).toList(),
                Fabric.NONE,
                numa(table.gpus()),
                "",
                KubeletPolicies.UNKNOWN);
        return remarked(spec, table.warnings());
    }

    private Imported remarked(Spec spec, List<String> warnings) {
        var read = TopologyReader.read(GpuTopology.of(node, spec, Status.EMPTY));
        var remarks = new ArrayList<>(warnings);
        remarks.addAll(read.complaints());
        boolean guessed = spec.links().stream().anyMatch(row -> row.contains("NV"))
                && spec.gpus().stream()
                        .anyMatch(gpu -> HardwareCatalog.find(gpu.product()).isEmpty());
        var metadata = new Metadata(node, "", Map.of(), guessed ? Map.of(GUESSED, "true") : Map.of());
        return new Imported(
                new GpuTopology(GpuTopology.API_VERSION, GpuTopology.KIND, metadata, spec, Status.EMPTY), remarks);
    }

    private Gpu gpu(String file, GpuRow row) {
        int index = row.index();
        var known = gpus.byIndex().get(index);
        if (known == null && !gpus.byIndex().isEmpty()) {
            throw new BadInput("%s has GPU%d, which the list of GPUs lacks".formatted(file, index));
        }
        if (known == null) {
            return new Gpu(
                    index, "GPU-" + node + "-" + index, product, usual(product), row.numaNode(), "", "", List.of());
        }
        var name = product.isEmpty() ? known.product() : product;
        var memory = known.memory().equals(Memory.NONE) ? usual(name) : known.memory();
        return new Gpu(index, known.uuid(), name, memory, row.numaNode(), known.pciBusId(), "", List.of());
    }

    private static Memory usual(String product) {
        return HardwareCatalog.find(product)
                .map(known -> Memory.mebibytes(known.memoryMebibytes()))
                .orElse(Memory.NONE);
    }

    /** The table lists RDMA cards only. A card sits on the NUMA node of a GPU that it reaches without leaving it. */
    private static Nic nic(NicColumn nic, List<GpuRow> rows) {
        int numa = -1;
        for (int i = 0; i < rows.size() && numa < 0; i++) {
            numa = nic.paths().get(i).equals("SYS") ? -1 : rows.get(i).numaNode();
        }
        return new Nic(nic.name(), "", numa, true, 0, nic.paths());
    }

    private static List<NumaNode> numa(List<GpuRow> rows) {
        var nodes = new TreeMap<Integer, NumaNode>();
        for (var row : rows) {
            if (row.numaNode() >= 0 && !row.cpuAffinity().isEmpty()) {
                nodes.putIfAbsent(
                        row.numaNode(), new NumaNode(row.numaNode(), row.cpuAffinity(), Memory.NONE, List.of()));
            }
        }
        return List.copyOf(nodes.values());
    }
}
