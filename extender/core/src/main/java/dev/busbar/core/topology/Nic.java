package dev.busbar.core.topology;

import java.util.List;

/**
 * One network card of a node.
 *
 * @param paths its PCIe path to each GPU, by GPU index
 */
public record Nic(String name, int numaNode, boolean rdma, double gbitPerSecond, List<Crossing> paths) {
    public Nic {
        paths = List.copyOf(paths);
    }
}
