package dev.busbar.simulator;

import dev.busbar.core.score.DemandMix;
import dev.busbar.core.score.Room;
import dev.busbar.core.score.SetChoice;
import dev.busbar.core.score.Shape;
import dev.busbar.core.workload.Conditions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A cluster and a list of pods in an order of arrival, read from a folder of the layout of Alibaba's
 * cluster-trace-gpu-v2023.
 *
 * @param nodes by name; {@code rank} orders them for ties
 * @param listed every pod of the list once
 * @param arrivals indices into {@code listed}, in the order of arrival
 */
public record Trace(String list, int seed, List<Node> nodes, List<Pod> listed, List<Integer> arrivals) {
    /** A machine, empty. */
    record Node(String name, int rank, String model, Room empty) {
        /** An ask for the whole of it. */
        Shape size() {
            return Shape.whole(empty.cpuMilli(), empty.memoryMib(), empty.gpus());
        }
    }

    /**
     * A pod of the list.
     *
     * @param models the accepted GPU models, separated by |; empty for any
     * @param seconds how long it runs, 0 where the list does not say
     */
    record Pod(String name, Shape shape, String models, long seconds) {}

    /** The pod that arrives as number so and so; after the last of the list the first one comes again. */
    Pod pod(int number) {
        return listed.get(arrivals.get(number % arrivals.size()));
    }

    static Trace read(Path folder, String list, int seed) {
        var products = new Products();
        Path orders = folder.resolve("orders").resolve(list + "_" + seed + ".txt");
        Path pods = folder.resolve("openb_pod_list_" + list + ".csv");
        for (Path file : List.of(folder.resolve("nodes.csv"), pods, orders)) {
            if (!Files.isRegularFile(file)) {
                throw new SimulationException(
                        "%s is missing.\nMaybe --list or --seed names something that %s does not hold."
                                .formatted(file, folder));
            }
        }
        List<String> order = Csv.lines(orders);
        if (order.size() < 2) {
            throw new SimulationException(orders + " needs two lines, the arrivals and the ranks of the nodes");
        }
        List<Integer> ranks = numbers(orders, order.get(1));
        var trace = new Trace(
                list,
                seed,
                nodes(Csv.read(folder.resolve("nodes.csv")), ranks, products),
                pods(Csv.read(pods), products),
                numbers(orders, order.get(0)));
        for (int row : trace.arrivals) {
            if (row < 0 || row >= trace.listed.size()) {
                throw new SimulationException(
                        "%s names row %d, %s has rows 0 to %d".formatted(orders, row, pods, trace.listed.size() - 1));
            }
        }
        return trace;
    }

    int gpuCapacityMilli() {
        return nodes.stream().mapToInt(node -> node.empty().freeMilli()).sum();
    }

    /** The mix of the list as it stands, each pod counted once. */
    DemandMix knownMix() {
        var mix = new DemandMix(Double.POSITIVE_INFINITY);
        listed.forEach(pod -> mix.arrived(pod.shape()));
        mix.renew();
        return mix;
    }

    private static List<Node> nodes(Csv csv, List<Integer> ranks, Products products) {
        var rows = new ArrayList<>(csv.rows());
        rows.sort(Comparator.comparing(row -> row.text("sn")));
        if (ranks.size() != rows.size()) {
            throw new SimulationException(
                    "the order ranks %d nodes, nodes.csv has %d".formatted(ranks.size(), rows.size()));
        }
        var nodes = new ArrayList<Node>();
        for (var row : rows) {
            var room = Room.empty(
                    row.number("cpu_milli"),
                    row.number("memory_mib"),
                    new Room.Product(products.id(row.text("model")), 0),
                    SetChoice.PLAIN,
                    row.number("gpu"));
            nodes.add(new Node(row.text("sn"), ranks.get(nodes.size()), row.text("model"), room));
        }
        return nodes;
    }

    private static List<Pod> pods(Csv csv, Products products) {
        var pods = new ArrayList<Pod>();
        boolean timed = csv.has("creation_time") && csv.has("deletion_time");
        boolean specified = csv.has("gpu_spec");
        for (var row : csv.rows()) {
            int gpus = row.number("num_gpu");
            var shape = new Shape(
                    row.number("cpu_milli"),
                    row.number("memory_mib"),
                    gpus,
                    gpus == 0 ? 0 : row.number("gpu_milli"),
                    0,
                    specified ? products.mask(row.text("gpu_spec")) : Shape.ANY_PRODUCT,
                    Conditions.NONE);
            long seconds = timed ? Math.max(1, row.number("deletion_time") - row.number("creation_time")) : 0;
            pods.add(new Pod(row.text("name"), shape, specified ? row.text("gpu_spec") : "", seconds));
        }
        return pods;
    }

    private static List<Integer> numbers(Path file, String line) {
        try {
            return Arrays.stream(line.strip().split("\\s+", -1))
                    .map(Integer::valueOf)
                    .toList();
        } catch (NumberFormatException e) {
            throw new SimulationException(
                    "%s holds something else than whole numbers (%s)".formatted(file, e.getMessage()));
        }
    }

    /** Small numbers for the models' names. */
    private static final class Products {
        private final Map<String, Integer> ids = new HashMap<>();

        int id(String model) {
            return ids.computeIfAbsent(model, name -> ids.size());
        }

        long mask(String models) {
            if (models.isEmpty()) {
                return Shape.ANY_PRODUCT;
            }
            long mask = 0;
            for (String model : models.split("\\|", -1)) {
                mask |= 1L << id(model);
            }
            return mask;
        }
    }
}
