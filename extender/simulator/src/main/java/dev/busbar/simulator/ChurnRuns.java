package dev.busbar.simulator;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Lets pods come and go once per list, seed and policy, and reports. */
record ChurnRuns(
        Path folder,
        List<String> lists,
        List<Integer> seeds,
        List<String> policies,
        Policies.Terms terms,
        Churn.Stream stream) {
    private static final List<String> COLUMNS = List.of(
            "trace",
            "seed",
            "policy",
            "load",
            "allocation_mean",
            "waiting_mean_seconds",
            "waiting_p99_seconds",
            "waiting_8_mean_seconds",
            "placed",
            "never_placed");

    void run(Output output) {
        var rows = new ArrayList<List<String>>();
        rows.add(COLUMNS);
        for (String list : lists) {
            for (int seed : seeds) {
                var trace = Trace.read(folder, list, seed);
                for (String policy : policies) {
                    rows.add(cells(list, seed, policy, run(trace, policy, output)));
                }
            }
        }
        output.csv(rows);
        output.table(rows);
        output.html(() -> new Page("Pods that come and go").table(rows).text());
    }

    private Churn.Result run(Trace trace, String policy, Output output) {
        var cluster = new Cluster(trace.nodes());
        var churn = new Churn(trace, stream, cluster, Policies.named(policy, trace, cluster, terms));
        var name = "%s on %s, seed %d".formatted(policy, trace.list(), trace.seed());
        int[] tenths = {0};
        var result = churn.run(done -> {
            if (done * 10 >= tenths[0] + 1) {
                output.progress("%s: %d %% of the pods have arrived".formatted(name, ++tenths[0] * 10));
            }
        });
        output.progress("%s: what waited from before the measure adds %s points to the allocation"
                .formatted(name, decimal(result.carriedOver())));
        return result;
    }

    private List<String> cells(String list, int seed, String policy, Churn.Result result) {
        return List.of(
                list,
                Integer.toString(seed),
                policy,
                Double.toString(stream.load()),
                decimal(result.allocation()),
                decimal(result.all().mean()),
                decimal(result.all().percentile(99)),
                decimal(result.eights().mean()),
                Integer.toString(result.placed()),
                Integer.toString(result.neverPlaced()));
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }
}
