package dev.busbar.files.gputopology;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The inventory of a node: it changes when hardware, firmware or the kubelet's configuration does.
 *
 * @param pcie rows as in {@code links}, with the PCIe paths alone; empty where nothing joins GPUs but these
 */
public record Spec(
        List<Gpu> gpus,
        List<String> links,
        List<String> pcie,
        List<Nic> nics,
        Fabric fabric,
        List<NumaNode> numa,
        String allocator,
        KubeletPolicies kubelet) {

    public static final String DEVICE_PLUGIN = "device-plugin";
    public static final String BUSBAR = "busbar";
    public static final Spec EMPTY = new Spec(null, null, null, null, null, null, null, null);

    public Spec(
            @Nullable List<Gpu> gpus,
            @Nullable List<String> links,
            @Nullable List<String> pcie,
            @Nullable List<Nic> nics,
            @Nullable Fabric fabric,
            @Nullable List<NumaNode> numa,
            @Nullable String allocator,
            @Nullable KubeletPolicies kubelet) {
        this.gpus = Absent.list(gpus);
        this.links = Absent.list(links);
        this.pcie = Absent.list(pcie);
        this.nics = Absent.list(nics);
        this.fabric = Absent.or(fabric, Fabric.NONE);
        this.numa = Absent.list(numa);
        this.allocator = allocator(Absent.text(allocator));
        this.kubelet = Absent.or(kubelet, KubeletPolicies.UNKNOWN);
    }

    /** One of which no PCIe paths are known but those in {@code links}. */
    public Spec(
            List<Gpu> gpus,
            List<String> links,
            List<Nic> nics,
            Fabric fabric,
            List<NumaNode> numa,
            String allocator,
            KubeletPolicies kubelet) {
        this(gpus, links, List.of(), nics, fabric, numa, allocator, kubelet);
    }

    public Spec withAllocator(String other) {
        return new Spec(gpus, links, pcie, nics, fabric, numa, other, kubelet);
    }

    private static String allocator(String value) {
        return switch (value) {
            case "", DEVICE_PLUGIN, BUSBAR -> value;
            default ->
                throw new IllegalArgumentException(
                        "spec.allocator (%s) must be %s or %s".formatted(value, DEVICE_PLUGIN, BUSBAR));
        };
    }
}
