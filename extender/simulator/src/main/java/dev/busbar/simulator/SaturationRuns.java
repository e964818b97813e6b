package dev.busbar.simulator;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Fills the cluster once per list, seed and policy, and reports. */
record SaturationRuns(
        Path folder, List<String> lists, List<Integer> seeds, List<String> policies, Policies.Terms terms) {
    private static final List<String> COLUMNS = List.of(
            "trace",
            "seed",
            "policy",
            "allocation",
            "first_drop",
            "dropped_cpu",
            "dropped_share",
            "dropped_one",
            "dropped_2to7",
            "dropped_8",
            "fragmentation",
            "milliseconds");

    /** One run's result. */
    record Run(String list, int seed, String policy, Saturation.Result result) {
        private List<String> cells() {
            var cells = new ArrayList<>(List.of(list, Integer.toString(seed), policy));
            cells.add(decimal(result.allocation()));
            cells.add(Double.isNaN(result.firstDrop()) ? "" : decimal(result.firstDrop()));
            for (PodClass of : PodClass.values()) {
                cells.add(Integer.toString(result.dropped(of)));
            }
            cells.add(decimal(result.fragmentation()));
            cells.add(Long.toString(result.milliseconds()));
            return cells;
        }
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }

    void run(Output output) {
        var runs = new ArrayList<Run>();
        int total = lists.size() * seeds.size() * policies.size();
        for (String list : lists) {
            for (int seed : seeds) {
                var trace = Trace.read(folder, list, seed);
                for (String policy : policies) {
                    var cluster = new Cluster(trace.nodes());
                    var result = new Saturation(trace, cluster, Policies.named(policy, trace, cluster, terms)).run();
                    runs.add(new Run(list, seed, policy, result));
                    output.progress("%d of %d: %s on %s, seed %d: %s %% allocated after %d ms"
                            .formatted(
                                    runs.size(),
                                    total,
                                    policy,
                                    list,
                                    seed,
                                    decimal(result.allocation()),
                                    result.milliseconds()));
                }
            }
        }
        report(runs, output);
    }

    private static void report(List<Run> runs, Output output) {
        var rows = new ArrayList<List<String>>();
        rows.add(COLUMNS);
        runs.forEach(run -> rows.add(run.cells()));
        output.csv(rows);
        var table = new ArrayList<>(rows);
        if (runs.size() > 1) {
            byPolicy(runs).forEach((policy, of) -> table.add(mean(policy, of)));
        }
        output.table(table);
        output.html(() -> SaturationPage.of(byPolicy(runs), table));
    }

    private static Map<String, List<Run>> byPolicy(List<Run> runs) {
        var by = new LinkedHashMap<String, List<Run>>();
        runs.forEach(run ->
                by.computeIfAbsent(run.policy(), policy -> new ArrayList<>()).add(run));
        return by;
    }

    /** The mean of each column over a policy's runs. */
    private static List<String> mean(String policy, List<Run> runs) {
        var cells = new ArrayList<>(List.of("mean", "", policy));
        for (int column = cells.size(); column < COLUMNS.size(); column++) {
            int at = column;
            var known = runs.stream()
                    .map(run -> run.cells().get(at))
                    .filter(cell -> !cell.isEmpty())
                    .mapToDouble(Double::parseDouble)
                    .average();
            cells.add(known.isPresent() ? decimal(known.getAsDouble()) : "");
        }
        return cells;
    }
}
