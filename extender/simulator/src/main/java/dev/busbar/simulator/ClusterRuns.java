package dev.busbar.simulator;

import dev.busbar.core.score.DemandMix;
import dev.busbar.core.workload.Pod;
import dev.busbar.core.workload.ResourceNames;
import dev.busbar.files.BadInput;
import dev.busbar.files.ClusterFolder;
import dev.busbar.simulator.ClusterOptions.Form;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Places pods on a cluster in files: a stream of them, once per policy, or translators. */
record ClusterRuns(String cluster) {
    /** Places a stream of pods. */
    void place(Optional<Path> pods, int seed, List<String> policies, Form form, Output output) {
        var folder = folder();
        folder.warnings().forEach(warning -> output.progress("warning: " + warning));
        var extender = new Extender(folder.events(), DemandMix.learning());
        List<Pod> stream = PodStream.of(extender.waiting(), pods, extender.snapshot(), seed);
        var runs = new ArrayList<ClusterRun>();
        for (String policy : policies) {
            runs.add(new ClusterRun(policy, folder.events(), stream));
            output.progress("%s: %d of %d pods have a place"
                    .formatted(policy, runs.getLast().placed(), stream.size()));
        }
        var report = new ClusterReport(cluster, runs);
        output.csv(report.csv());
        switch (form) {
            case JSON -> output.text(report.json());
            case TABLE -> {
                output.table(report.pods());
                output.text("");
                output.table(report.summary());
            }
        }
        output.html(report::page);
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
        output.csv(rows);
        output.table(rows);
        output.html(() -> new Page("Translators on " + cluster).table(rows).text());
    }

    private ClusterFolder folder() {
        try {
            return ClusterFolder.find(cluster, ResourceNames.DEFAULT);
        } catch (BadInput e) {
            throw new SimulationException(String.valueOf(e.getMessage()));
        }
    }
}
