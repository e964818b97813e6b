package dev.busbar.simulator;

import dev.busbar.core.topology.Allocator;
import dev.busbar.core.topology.Crossing;
import dev.busbar.core.topology.Fabric;
import dev.busbar.core.topology.Gpu;
import dev.busbar.core.topology.KubeletPolicies;
import dev.busbar.core.topology.Link;
import dev.busbar.core.topology.LinkMatrix;
import dev.busbar.core.topology.NodeTopology;
import dev.busbar.core.topology.TopologySource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * One machine: its GPUs' own numbers in ascending order, and the GB/s between each two. Sets of GPUs are bit masks by
 * position in that order.
 */
final class Server {
    static final int MOST_GPUS = 16;

    /** Pairs that the file does not name go over PCIe. */
    private static final double PCIE_GBPS = 10;

    private final List<Integer> gpus;
    private final double[][] gbps;
    private final NodeTopology topology;

    private Server(List<Integer> gpus, double[][] gbps) {
        this.gpus = gpus;
        this.gbps = gbps;
        this.topology = described();
    }

    static Server read(Path file) {
        var rows = Csv.read(file).rows();
        var seen = new TreeSet<Integer>();
        for (var row : rows) {
            seen.add(row.number("from"));
            seen.add(row.number("to"));
        }
        if (seen.isEmpty() || seen.size() > MOST_GPUS) {
            throw new SimulationException(
                    "%s names %d GPUs, a server has 1 to %d".formatted(file, seen.size(), MOST_GPUS));
        }
        List<Integer> gpus = List.copyOf(seen);
        Map<Integer, Integer> place = new HashMap<>();
        for (int i = 0; i < gpus.size(); i++) {
            place.put(gpus.get(i), i);
        }
        var gbps = new double[gpus.size()][gpus.size()];
        for (var line : gbps) {
            Arrays.fill(line, PCIE_GBPS);
        }
        for (var row : rows) {
            int from = place.getOrDefault(row.number("from"), 0);
            int to = place.getOrDefault(row.number("to"), 0);
            double speed = row.number("gbps");
            if (from != to && speed <= 0) {
                throw row.wrong("gbps (%s) must be above 0".formatted(speed));
            }
            gbps[from][to] = speed;
            gbps[to][from] = speed;
        }
        return new Server(gpus, gbps);
    }

    /**
     * The machine as core knows it: pairs faster than PCIe are joined by NVLink, none through a switch; nothing is known
     * of sockets.
     */
    NodeTopology topology() {
        return topology;
    }

    private NodeTopology described() {
        var described = new ArrayList<Gpu>();
        for (int i = 0; i < gpus.size(); i++) {
            described.add(new Gpu(i, "gpu-" + gpus.get(i), "", 0, Gpu.NO_NUMA, Gpu.Health.HEALTHY));
        }
        return new NodeTopology(
                described,
                LinkMatrix.of(gpus.size(), Integer.MAX_VALUE, this::link),
                List.of(),
                List.of(),
                Fabric.UNKNOWN,
                Allocator.BUSBAR,
                KubeletPolicies.DEFAULT,
                TopologySource.GPU_TOPOLOGY);
    }

    private Link link(int a, int b) {
        return isNvLink(a, b) ? new Link.NvLink(1, gbps[a][b]) : new Link.Pcie(Crossing.SYS, gbps[a][b]);
    }

    int size() {
        return gpus.size();
    }

    /** GB/s between the GPUs at two positions. */
    double gbps(int a, int b) {
        return gbps[a][b];
    }

    boolean isNvLink(int a, int b) {
        return gbps[a][b] > PCIE_GBPS;
    }

    /** The GPUs' own numbers: {@code 1;4;5}. */
    String names(long set) {
        var names = new StringBuilder();
        for (long rest = set; rest != 0; rest &= rest - 1) {
            names.append(names.isEmpty() ? "" : ";").append(gpus.get(Long.numberOfTrailingZeros(rest)));
        }
        return names.toString();
    }
}
