package dev.busbar.testclusters.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Builds a folder laid out as /sys from the lines of a machine that start with pci, node and nic:
 *
 * <pre>
 *   pci  BUSID CLASS NUMA PATH        a device below devices/
 *   node ID CPUS|- KIB DISTANCE...    a NUMA node
 *   nic  NAME BUSID GBIT STATE        an RDMA card and its only port
 * </pre>
 */
final class SysfsTree {

    private final Path root;

    SysfsTree(Path root) {
        this.root = root;
    }

    void build(List<String> lines) throws IOException {
        Files.createDirectories(root.resolve("bus/pci/devices"));
        for (var line : lines) {
            var words = List.of(line.split("\\s+", 5));
            switch (words.get(0)) {
                case "pci" -> pci(words.get(1), words.get(2), words.get(3), words.get(4));
                case "node" -> node(words.get(1), words.get(2), words.get(3), words.get(4));
                case "nic" -> nic(words.get(1), words.get(2), words.get(3), words.get(4));
                default -> {} // of NVML
            }
        }
    }

    private void pci(String busId, String pciClass, String numa, String path) throws IOException {
        var device = root.resolve("devices").resolve(path);
        write(device.resolve("class"), pciClass);
        write(device.resolve("numa_node"), numa);
        write(device.resolve("vendor"), pciClass.equals("0x020700") ? "0x15b3" : "0x10de");
        link(root.resolve("bus/pci/devices").resolve(busId), device);
    }

    private void node(String id, String cpus, String kib, String distances) throws IOException {
        var node = root.resolve("devices/system/node/node" + id);
        write(node.resolve("cpulist"), cpus.equals("-") ? "" : cpus);
        write(node.resolve("meminfo"), "Node %s MemTotal:       %s kB\nNode %s MemFree: 1 kB".formatted(id, kib, id));
        write(node.resolve("distance"), distances);
    }

    private void nic(String name, String busId, String gbit, String state) throws IOException {
        var card = root.resolve("class/infiniband").resolve(name);
        write(card.resolve("ports/1/rate"), gbit + " Gb/sec (4X NDR)");
        write(card.resolve("ports/1/state"), state.equals("ACTIVE") ? "4: ACTIVE" : "1: DOWN");
        link(card.resolve("device"), root.resolve("bus/pci/devices").resolve(busId));
    }

    /** As in /sys itself links lead on from where they are, so that they hold wherever the tree is mounted. */
    private static void link(Path from, Path to) throws IOException {
        Files.createSymbolicLink(from, from.resolveSibling(".").toRealPath().relativize(to.toRealPath()));
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.resolveSibling("."));
        Files.writeString(file, text + "\n");
    }
}
