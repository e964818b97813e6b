package dev.busbar.core;

import dev.busbar.core.cluster.NodeFacts;
import dev.busbar.core.topology.Allocator;
import dev.busbar.core.topology.Crossing;
import dev.busbar.core.topology.Fabric;
import dev.busbar.core.topology.Gpu;
import dev.busbar.core.topology.KubeletPolicies;
import dev.busbar.core.topology.Link;
import dev.busbar.core.topology.LinkMatrix;
import dev.busbar.core.topology.NodeTopology;
import dev.busbar.core.topology.NvLinkGeneration;
import dev.busbar.core.topology.PcieGeneration;
import dev.busbar.core.topology.TopologySource;
import dev.busbar.core.workload.PodKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/** A few machines in code, for tests of the core alone; real machines are data under test-clusters. */
public final class Machines {
    public static final long GIB = 1L << 30;

    private Machines() {}

    /** Eight GPUs behind NVSwitches, four to a socket. */
    public static NodeTopology hgxA100() {
        return machine(8, 12, (a, b) -> Link.NvLink.of(12, NvLinkGeneration.AMPERE));
    }

    /** Eight GPUs in bridged pairs 0-2, 1-3, 4-5, 6-7; all else over PCIe, four to a socket. */
    public static NodeTopology bridgedA100() {
        var bridged = List.of("0-2", "1-3", "4-5", "6-7");
        return machine(
                8,
                12,
                (a, b) -> bridged.contains(a + "-" + b)
                        ? Link.NvLink.of(12, NvLinkGeneration.AMPERE)
                        : Link.Pcie.of(a / 4 == b / 4 ? Crossing.NODE : Crossing.SYS, PcieGeneration.GEN4));
    }

    /** Four GPUs, each two joined by four NVLinks and no NVSwitch. */
    public static NodeTopology quadA100() {
        return machine(4, 12, (a, b) -> Link.NvLink.of(4, NvLinkGeneration.AMPERE));
    }

    /** Four A40 whose bridges 0-3 and 1-2 join few lanes. */
    public static NodeTopology bridgedA40() {
        return machine(
                4,
                4,
                (a, b) -> a + b == 3
                        ? Link.NvLink.of(4, NvLinkGeneration.AMPERE_BRIDGE)
                        : Link.Pcie.of(Crossing.SYS, PcieGeneration.GEN4));
    }

    /** PCIe only, four to a socket. */
    public static NodeTopology pcieOnly(int count) {
        return machine(
                count, 0, (a, b) -> Link.Pcie.of(a / 4 == b / 4 ? Crossing.NODE : Crossing.SYS, PcieGeneration.GEN4));
    }

    /** The hybrid cube mesh of the DGX-1V. */
    public static NodeTopology dgx1v() {
        var two = List.of("0-3", "0-4", "1-2", "1-5", "2-3", "4-7", "5-6", "6-7");
        var one = List.of("0-1", "0-2", "1-3", "2-6", "3-7", "4-5", "4-6", "5-7");
        return machine(8, 6, (a, b) -> {
            var pair = a + "-" + b;
            if (two.contains(pair) || one.contains(pair)) {
                return Link.NvLink.of(two.contains(pair) ? 2 : 1, NvLinkGeneration.VOLTA);
            }
            return Link.Pcie.of(Crossing.SYS, PcieGeneration.GEN3);
        });
    }

    public static NodeTopology machine(int count, int lanes, BiFunction<Integer, Integer, Link> link) {
        return machine(count, lanes, link, (a, b) -> Crossing.SYS);
    }

    /** One that tells the PCIe paths beside NVLinks, too. */
    public static NodeTopology machine(
            int count,
            int lanes,
            BiFunction<Integer, Integer, Link> link,
            BiFunction<Integer, Integer, Crossing> besideNvLink) {
        var gpus = new ArrayList<Gpu>();
        for (int i = 0; i < count; i++) {
            gpus.add(new Gpu(i, "GPU-" + i, "NVIDIA A100-SXM4-80GB", 80 * GIB, i / 4, Gpu.Health.HEALTHY));
        }
        return new NodeTopology(
                gpus,
                LinkMatrix.of(count, lanes, link, besideNvLink),
                List.of(),
                List.of(),
                Fabric.UNKNOWN,
                Allocator.BUSBAR,
                KubeletPolicies.DEFAULT,
                TopologySource.GPU_TOPOLOGY);
    }

    /** The same machine with this said of the health of some GPUs. */
    public static NodeTopology with(NodeTopology machine, Gpu.Health health, int... indices) {
        var gpus = new ArrayList<>(machine.gpus());
        for (int index : indices) {
            var gpu = gpus.get(index);
            gpus.set(index, new Gpu(index, gpu.uuid(), gpu.product(), gpu.memoryBytes(), gpu.numaNode(), health));
        }
        return new NodeTopology(
                gpus,
                machine.links(),
                machine.nics(),
                machine.numa(),
                machine.fabric(),
                machine.allocator(),
                machine.kubelet(),
                machine.source());
    }

    public static NodeFacts facts(String name) {
        return new NodeFacts(name, 128_000, 1024 * GIB, 0, 8, Map.of());
    }

    public static PodKey pod(String name) {
        return new PodKey("default", name, "uid-" + name);
    }
}
