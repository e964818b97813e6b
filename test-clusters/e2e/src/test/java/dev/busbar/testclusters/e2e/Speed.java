package dev.busbar.testclusters.e2e;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How fast the GPUs of a set talk: the slowest link of the fastest ring through all of them, in GB/s of one direction.
 * Worked out from the rows of the GpuTopology objects and from nothing of ours, for machines of the A100's generation:
 * an NVLink lane carries 20, PCIe Gen4 24 below one switch, less the more it crosses, and 10 between sockets.
 */
record Speed(Wiring wiring) {
    private static final double LANE = 20;
    private static final Map<String, Double> PCIE =
            Map.of("PIX", 24.0, "PXB", 21.6, "PHB", 16.8, "NODE", 16.8, "SYS", 10.0);

    double of(List<String> gpus) {
        return gpus.size() < 2 ? 0 : slowestOfBestRing(gpus, new ArrayList<>(gpus.subList(0, 1)), Double.MAX_VALUE, 0);
    }

    /** Tries every way on from the path's end; what can't beat the best ring so far is given up. */
    private double slowestOfBestRing(List<String> gpus, List<String> path, double slowest, double best) {
        var end = path.getLast();
        if (path.size() == gpus.size()) {
            return Math.max(best, Math.min(slowest, link(end, path.getFirst())));
        }
        for (var next : gpus) {
            var link = Math.min(slowest, link(end, next));
            if (link > best && !path.contains(next)) {
                path.add(next);
                best = slowestOfBestRing(gpus, path, link, best);
                path.removeLast();
            }
        }
        return best;
    }

    private double link(String one, String other) {
        if (one.equals(other)) {
            return 0;
        }
        var word = wiring.place(one).row().get(wiring.place(other).position());
        return word.startsWith("NV") ? LANE * Integer.parseInt(word.substring(2)) : PCIE.getOrDefault(word, 0.0);
    }

    /** The fastest set of this size that any node has when all its GPUs are free. */
    double bestOf(int size) {
        var known = new HashMap<List<List<String>>, Double>();
        return wiring.places().values().stream()
                .map(Wiring.Place::node)
                .distinct()
                .map(wiring::gpusOf)
                .mapToDouble(gpus -> known.computeIfAbsent(rows(gpus), rows -> best(gpus, 0, size, new ArrayList<>())))
                .max()
                .orElse(0);
    }

    /** Nodes that are wired alike are worked out once. */
    private List<List<String>> rows(List<String> gpus) {
        return gpus.stream().map(gpu -> wiring.place(gpu).row()).toList();
    }

    private double best(List<String> gpus, int from, int more, List<String> chosen) {
        if (more == 0) {
            return of(chosen);
        }
        double best = 0;
        for (int i = from; i + more <= gpus.size(); i++) {
            chosen.add(gpus.get(i));
            best = Math.max(best, best(gpus, i + 1, more - 1, chosen));
            chosen.removeLast();
        }
        return best;
    }
}
