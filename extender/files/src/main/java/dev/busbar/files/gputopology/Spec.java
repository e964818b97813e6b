package dev.busbar.files.gputopology;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The inventory of a node: it changes when hardware, firmware or the kubelet's configuration does. */
public record Spec(
        List<Gpu> gpus,
        List<String> links,
        List<Nic> nics,
        Fabric fabric,
        List<NumaNode> numa,
        String allocator,
        KubeletPolicies kubelet) {

    public static final String DEVICE_PLUGIN = "device-plugin";
    public static final String BUSBAR = "busbar";
    public static final Spec EMPTY = new Spec(null, null, null, null, null, null, null);

    public Spec(
            @Nullable List<Gpu> gpus,
            @Nullable List<String> links,
            @Nullable List<Nic> nics,
            @Nullable Fabric fabric,
            @Nullable List<NumaNode> numa,
            @Nullable String allocator,
            @Nullable KubeletPolicies kubelet) {
        this.gpus = Absent.list(gpus);
        this.links = Absent.list(links);
        this.nics = Absent.list(nics);
        this.fabric = Absent.or(fabric, Fabric.NONE);
        this.numa = Absent.list(numa);
        this.allocator = allocator(Absent.text(allocator));
        this.kubelet = Absent.or(kubelet, KubeletPolicies.UNKNOWN);
    }

    public Spec withAllocator(String other) {
        return new Spec(gpus, links, nics, fabric, numa, other, kubelet);
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
