package dev.busbar.agent;

import dev.busbar.agent.kubelet.KubeletConfig;
import dev.busbar.agent.nvml.FoundFabric;
import dev.busbar.agent.nvml.FoundGpu;
import dev.busbar.agent.sysfs.NumaNodes;
import dev.busbar.agent.sysfs.PciTree;
import dev.busbar.agent.sysfs.RdmaNics;
import dev.busbar.files.gputopology.Fabric;
import dev.busbar.files.gputopology.Gpu;
import dev.busbar.files.gputopology.Memory;
import dev.busbar.files.gputopology.MigInstance;
import dev.busbar.files.gputopology.Nic;
import dev.busbar.files.gputopology.Spec;
import java.nio.file.Path;
import java.util.List;

/** Puts together what NVML, the kernel and the kubelet say into the spec of the node's GpuTopology. */
final class Discovery {

    private final Path sysfs;
    private final Path kubeletConfig;

    Discovery(Path sysfs, Path kubeletConfig) {
        this.sysfs = sysfs;
        this.kubeletConfig = kubeletConfig;
    }

    Spec spec(List<FoundGpu> found, String allocator) {
        var pci = new PciTree(sysfs);
        var links = new Links(found, pci);
        return new Spec(
                found.stream().map(gpu -> gpu(gpu, pci)).toList(),
                links.rows(),
                links.pcieRows(),
                Limits.first(Limits.NICS, nics(found, pci)),
                fabric(found),
                Limits.first(Limits.NUMA_NODES, NumaNodes.read(sysfs)),
                allocator,
                KubeletConfig.policies(kubeletConfig));
    }

    private static Gpu gpu(FoundGpu found, PciTree pci) {
        return new Gpu(
                found.index(),
                found.uuid(),
                found.product(),
                new Memory(found.totalBytes()),
                pci.numaNode(found.pciBusId()),
                found.pciBusId(),
                pci.switchAbove(found.pciBusId()),
                found.mig().stream()
                        .map(mig -> new MigInstance(mig.uuid(), mig.profile(), new Memory(mig.totalBytes())))
                        .toList());
    }

    private List<Nic> nics(List<FoundGpu> gpus, PciTree pci) {
        return RdmaNics.read(sysfs).stream()
                .map(nic -> new Nic(
                        nic.name(),
                        nic.pciBusId(),
                        pci.numaNode(nic.pciBusId()),
                        true,
                        nic.gbitPerSecond(),
                        gpus.stream()
                                .map(gpu -> pci.between(nic.pciBusId(), gpu.pciBusId())
                                        .name())
                                .toList()))
                .toList();
    }

    /** The node's fabric is that of its GPUs; where they differ, the node has none to rely on. */
    private static Fabric fabric(List<FoundGpu> gpus) {
        var fabrics = gpus.stream().map(FoundGpu::fabric).distinct().toList();
        if (fabrics.size() != 1 || fabrics.getFirst().clusterUuid().isEmpty()) {
            return Fabric.NONE;
        }
        FoundFabric fabric = fabrics.getFirst();
        return new Fabric(fabric.clusterUuid() + "." + fabric.clique(), fabric.clusterUuid());
    }
}
