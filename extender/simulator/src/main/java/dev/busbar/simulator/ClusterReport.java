package dev.busbar.simulator;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What is told of policies that met the same stream of pods: tables, CSV, JSON and a page. */
record ClusterReport(String cluster, List<ClusterRun> runs) {
    private static final JsonMapper JSON = new JsonMapper();

    ClusterReport {
        runs = List.copyOf(runs);
    }

    /** Where the first policy put each pod. */
    List<List<String>> pods() {
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("pod", "asks", "node", "gpus", "gbps", "% of best", "waits because"));
        for (var outcome : runs.getFirst().outcomes()) {
            rows.add(List.of(
                    outcome.pod().key().display(),
                    outcome.asks(),
                    outcome.isPlaced() ? outcome.node() : "(waits)",
                    outcome.indices(),
                    outcome.isLinked() ? decimal(outcome.gbps()) : "",
                    outcome.isLinked() ? decimal(outcome.ofBest()) : "",
                    outcome.reason()));
        }
        return rows;
    }

    List<List<String>> summary() {
        var rows = new ArrayList<List<String>>();
        rows.add(List.of(
                "policy", "placed", "waiting", "GPUs held %", "fragmented %", "GB/s, % of best", "least", "median"));
        for (var run : runs) {
            double[] five = run.quartiles();
            rows.add(List.of(
                    run.policy(),
                    Long.toString(run.placed()),
                    Long.toString(run.outcomes().size() - run.placed()),
                    decimal(run.allocatedAtLast()),
                    decimal(run.fragmentedAtLast()),
                    decimal(run.ofBest()),
                    decimal(five[0]),
                    decimal(five[2])));
        }
        return rows;
    }

    List<List<String>> csv() {
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("pod", "node", "gpus", "gbps", "best_gbps", "asks", "reason", "policy"));
        for (var run : runs) {
            for (var outcome : run.outcomes()) {
                rows.add(List.of(
                        outcome.pod().key().display(),
                        outcome.node(),
                        outcome.indices(),
                        decimal(outcome.gbps()),
                        decimal(outcome.best()),
                        outcome.asks(),
                        outcome.reason().replace(',', ';'),
                        run.policy()));
            }
        }
        return rows;
    }

    String json() {
        var json = JSON.createObjectNode().put("cluster", cluster);
        var array = json.putArray("runs");
        for (var run : runs) {
            var one = array.addObject()
                    .put("policy", run.policy())
                    .put("allocatedPercent", run.allocatedAtLast())
                    .put("fragmentedPercent", run.fragmentedAtLast())
                    .put("bandwidthPercentOfBest", run.ofBest());
            var pods = one.putArray("pods");
            run.outcomes().forEach(outcome -> pods.add(json(outcome)));
        }
        return json.toPrettyString();
    }

    private static ObjectNode json(Outcome outcome) {
        var json = JSON.createObjectNode()
                .put("pod", outcome.pod().key().display())
                .put("asks", outcome.asks());
        if (outcome.isPlaced()) {
            json.put("node", outcome.node());
        } else {
            json.putNull("node");
        }
        outcome.uuids().forEach(json.putArray("gpus")::add);
        outcome.gpus().forEach(json.putArray("indices")::add);
        return json.put("gbps", outcome.gbps()).put("bestGbps", outcome.best()).put("reason", outcome.reason());
    }

    String page() {
        return new Page("Pods on " + cluster)
                .table(summary())
                .curves("GPUs held, %", "pods arrived", curves(ClusterRun::allocated))
                .curves("GPUs fragmented, %", "pods arrived", curves(ClusterRun::fragmented))
                .bars("Pods that wait, by class", PodClass.NAMES, dropped())
                .boxes("Bandwidth of pods with two GPUs or more, % of the best", curves(ClusterRun::quartiles))
                .table(pods())
                .text();
    }

    private Map<String, double[]> curves(Function<ClusterRun, double[]> of) {
        var curves = new LinkedHashMap<String, double[]>();
        runs.forEach(run -> curves.put(run.policy(), of.apply(run)));
        return curves;
    }

    private Map<String, double[]> dropped() {
        return curves(run ->
                Arrays.stream(PodClass.values()).mapToDouble(run::dropped).toArray());
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
