package dev.busbar.simulator;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** The page about a cluster that fills: curves over arrived demand, and who was dropped. */
final class SaturationPage {
    private SaturationPage() {}

    static String of(Map<String, List<SaturationRuns.Run>> byPolicy, List<List<String>> table) {
        String across = "arrived GPU demand, % of capacity";
        return new Page("A cluster that fills")
                .curves("GPUs allocated, %", across, means(byPolicy, Saturation.Result::allocated))
                .curves("GPUs fragmented, %", across, means(byPolicy, Saturation.Result::fragmented))
                .bars("Pods dropped, by class", PodClass.NAMES, means(byPolicy))
                .table(drops(byPolicy))
                .table(table)
                .text();
    }

    /** A policy's mean curve over its runs. */
    private static Map<String, double[]> means(
            Map<String, List<SaturationRuns.Run>> byPolicy, Function<Saturation.Result, Saturation.Curve> curve) {
        var means = new LinkedHashMap<String, double[]>();
        byPolicy.forEach((policy, runs) -> {
            var mean = new double[Saturation.LAST_PERCENT + 1];
            for (int percent = 0; percent < mean.length; percent++) {
                int at = percent;
                mean[percent] = runs.stream()
                        .mapToDouble(run -> curve.apply(run.result()).at(at))
                        .filter(value -> !Double.isNaN(value))
                        .average()
                        .orElse(Double.NaN);
            }
            means.put(policy, mean);
        });
        return means;
    }

    private static List<List<String>> drops(Map<String, List<SaturationRuns.Run>> byPolicy) {
        var rows = new ArrayList<List<String>>();
        var head = new ArrayList<>(List.of("pods dropped, mean"));
        head.addAll(PodClass.NAMES);
        rows.add(head);
        means(byPolicy).forEach((policy, means) -> {
            var cells = new ArrayList<>(List.of(policy));
            Arrays.stream(means).forEach(mean -> cells.add(String.format(Locale.ROOT, "%.1f", mean)));
            rows.add(cells);
        });
        return rows;
    }

    /** How many pods of each class were dropped in the mean of a policy's runs. */
    private static Map<String, double[]> means(Map<String, List<SaturationRuns.Run>> byPolicy) {
        var means = new LinkedHashMap<String, double[]>();
        byPolicy.forEach((policy, runs) -> means.put(
                policy,
                Arrays.stream(PodClass.values())
                        .mapToDouble(of -> runs.stream()
                                .mapToInt(run -> run.result().dropped(of))
                                .average()
                                .orElse(0))
                        .toArray()));
        return means;
    }
}
