package dev.busbar.agent.sysfs;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The PCI devices of the machine: where each hangs in the tree, and so by which path two of them reach each other. */
public final class PciTree {

    private static final int UNKNOWN_NUMA_NODE = -1;
    private static final long NVIDIA = 0x10de;
    private static final long DISPLAY = 0x03;
    private static final long BRIDGE_OTHER = 0x0680; // what an NVSwitch says it is

    private final SysfsFolder sysfs;
    // Each pair asks for both ends, a path is a dozen links to follow, and each NVLink asks for its switch.
    private final Map<String, Optional<Place>> places = new HashMap<>();
    private final Map<String, Integer> numaNodes = new HashMap<>();
    private final Map<String, Boolean> switches = new HashMap<>();

    public PciTree(Path sysfs) {
        this.sysfs = new SysfsFolder(sysfs);
    }

    /** What lies between two devices, best first, in the words of {@code nvidia-smi topo -m}. */
    public enum Crossing {
        PIX,
        PXB,
        PHB,
        NODE,
        SYS
    }

    /** How many NVIDIA GPUs hang on the bus and are left to the host, whatever the driver says of them. */
    public int nvidiaGpus() {
        return (int) sysfs.names("bus/pci/devices").stream()
                .map(this::device)
                .filter(device -> sysfs.number(device.resolve("vendor")).orElse(0) == NVIDIA)
                .filter(device -> sysfs.number(device.resolve("class")).orElse(0) >> 16 == DISPLAY)
                .filter(device -> !sysfs.real(device.resolve("driver"))
                        .map(driver -> driver.endsWith("vfio-pci"))
                        .orElse(false))
                .count();
    }

    /** The NUMA node next to the device, or -1. */
    public int numaNode(String busId) {
        return numaNodes.computeIfAbsent(busId, id -> {
            var node = sysfs.number(device(id).resolve("numa_node")).orElse(UNKNOWN_NUMA_NODE);
            return node < 0 || node > 1023 ? UNKNOWN_NUMA_NODE : (int) node;
        });
    }

    /** The bus id of the upstream port of the switch above the device; empty below a root port. */
    public String switchAbove(String busId) {
        return place(busId)
                .filter(place -> place.bridges().size() >= 3) // root port, upstream port, downstream port
                .map(place -> place.bridges().get(place.bridges().size() - 2))
                .orElse("");
    }

    public boolean isNvSwitch(String busId) {
        return switches.computeIfAbsent(
                busId, id -> sysfs.number(device(id).resolve("class")).orElse(0) >> 8 == BRIDGE_OTHER);
    }

    /** {@code SYS} where a device is unknown: the worst is the safe guess. */
    public Crossing between(String one, String other) {
        var a = place(one);
        var b = place(other);
        if (a.isEmpty() || b.isEmpty()) {
            return Crossing.SYS;
        }
        if (!a.get().root().equals(b.get().root())) {
            return acrossRoots(numaNode(one), numaNode(other));
        }
        int shared = a.get().bridgesSharedWith(b.get());
        if (shared == 0) {
            return Crossing.PHB;
        }
        // One switch: below the shared upstream port there is only each device's own downstream port.
        return a.get().bridges().size() - shared <= 1 && b.get().bridges().size() - shared <= 1
                ? Crossing.PIX
                : Crossing.PXB;
    }

    private static Crossing acrossRoots(int oneNode, int otherNode) {
        return oneNode == otherNode && oneNode != UNKNOWN_NUMA_NODE ? Crossing.NODE : Crossing.SYS;
    }

    /** A device's host bridge and the bridges between it and the device, from the top. */
    private record Place(String root, List<String> bridges) {

        int bridgesSharedWith(Place other) {
            int shared = 0;
            while (shared < Math.min(bridges.size(), other.bridges.size())
                    && bridges.get(shared).equals(other.bridges.get(shared))) {
                shared++;
            }
            return shared;
        }
    }

    private Path device(String busId) {
        return sysfs.path("bus/pci/devices").resolve(busId.isEmpty() ? "none" : busId);
    }

    private Optional<Place> place(String busId) {
        return places.computeIfAbsent(busId, id -> sysfs.real(device(id)).flatMap(PciTree::placeOf));
    }

    /** From a path like {@code …/pci0000:00/0000:00:01.1/0000:01:00.0/0000:02:00.0/0000:07:00.0}. */
    private static Optional<Place> placeOf(Path path) {
        var names = new ArrayList<String>();
        for (var name : path) {
            names.add(name.toString());
        }
        for (int i = names.size() - 2; i >= 0; i--) {
            if (names.get(i).matches("pci[0-9a-f]{4,8}:[0-9a-f]{2}")) {
                return Optional.of(new Place(names.get(i), List.copyOf(names.subList(i + 1, names.size() - 1))));
            }
        }
        return Optional.empty();
    }
}
