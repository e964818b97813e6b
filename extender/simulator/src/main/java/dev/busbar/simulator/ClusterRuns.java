package dev.busbar.simulator;

import dev.busbar.core.cluster.NodeState;
import dev.busbar.core.score.Bandwidth;
import dev.busbar.core.score.DemandMix;
import dev.busbar.core.topology.GpuSet;
import dev.busbar.core.verbs.Promise;
import dev.busbar.core.workload.ResourceNames;
import dev.busbar.files.BadInput;
import dev.busbar.files.ClusterFolder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Places pods on a cluster in files: those of its own pods that wait, or translators. */
record ClusterRuns(String cluster) {
    /** Places the pods of the folder that have no node, in the order of their names. */
    void place(Output output) {
        var extender = new Extender(folder().events(), DemandMix.learning());
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("pod", "node", "gpus", "gbps"));
        var bandwidth = new Bandwidth();
        for (var pod : extender.waiting()) {
            var promise = extender.place(pod);
            rows.add(promise.map(placed -> row(extender, bandwidth, pod.key().display(), placed))
                    .orElseGet(() -> List.of(pod.key().display(), "(waits)", "", "")));
        }
        report(output, "Pods of " + cluster, rows);
    }

    private static List<String> row(Extender extender, Bandwidth bandwidth, String pod, Promise placed) {
        NodeState node = extender.snapshot().node(placed.node()).orElseThrow();
        GpuSet gpus = Utilisation.gpus(node, placed);
        double speed = bandwidth.gigabytesPerSecond(node.topology().links(), gpus);
        String indices = gpus.toString().replace("{", "").replace("}", "").replace(",", ";");
        return List.of(pod, placed.node(), indices, String.format(Locale.ROOT, "%.1f", speed));
    }

    /** Fills the cluster with translators twice: one GPU each, and shares of the size they need. */
    void translators(Output output) {
        var rows = new ArrayList<List<String>>();
        rows.add(Utilisation.COLUMNS);
        for (Translators.Size size : Translators.Size.values()) {
            var extender = new Extender(folder().events(), DemandMix.learning());
            var utilisation = new Utilisation();
            int refused = 0;
            for (int number = 0; refused < Translators.KINDS; number++) {
                var placed = extender.place(Translators.pod(number, size));
                refused = placed.isPresent() ? 0 : refused + 1;
                if (placed.isPresent()) {
                    var node = extender.snapshot().node(placed.get().node()).orElseThrow();
                    utilisation.add(node, placed.get(), number);
                }
            }
            output.progress("%s: the cluster is full".formatted(size.text()));
            rows.add(utilisation.cells(size.text()));
        }
        report(output, "Translators on " + cluster, rows);
    }

    private ClusterFolder folder() {
        try {
            return ClusterFolder.find(cluster, ResourceNames.DEFAULT);
        } catch (BadInput e) {
            throw new SimulationException(String.valueOf(e.getMessage()));
        }
    }

    private static void report(Output output, String title, List<List<String>> rows) {
        output.csv(rows);
        output.table(rows);
        output.html(() -> new Page(title).table(rows).text());
    }
}
