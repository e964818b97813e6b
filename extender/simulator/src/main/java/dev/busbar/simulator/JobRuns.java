package dev.busbar.simulator;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Runs a list of jobs on one server, once per policy, and reports. */
record JobRuns(Path serverFile, Path jobsFile, List<String> policies) {
    private static final List<String> COLUMNS =
            List.of("job", "start", "end", "gpus", "sensitive", "set", "bottleneck", "best_free");

    void run(Output output) {
        var server = Server.read(serverFile);
        var jobs = Jobs.read(jobsFile, server);
        Map<String, List<Jobs.Ran>> runs = new LinkedHashMap<>();
        for (String policy : policies) {
            runs.put(policy, Jobs.run(jobs, server, SetPolicy.named(policy, server)));
            output.progress("%s: %d jobs have run".formatted(policy, jobs.size()));
        }
        output.csv(rows(server, runs));
        var table = summary(runs);
        output.table(table);
        output.html(() -> new Page("Jobs on one server")
                .table(table)
                .boxes("Bottleneck of the sensitive jobs, GB/s", quartiles(runs))
                .text());
    }

    /** Several policies go into one file, told apart by a column of their own. */
    private List<List<String>> rows(Server server, Map<String, List<Jobs.Ran>> runs) {
        var rows = new ArrayList<List<String>>();
        var head = new ArrayList<>(COLUMNS);
        if (policies.size() > 1) {
            head.add("policy");
        }
        rows.add(head);
        runs.forEach((policy, ran) -> ran.forEach(each -> {
            var cells = new ArrayList<>(cells(server, each));
            if (policies.size() > 1) {
                cells.add(policy);
            }
            rows.add(cells);
        }));
        return rows;
    }

    private static List<String> cells(Server server, Jobs.Ran ran) {
        return List.of(
                Integer.toString(ran.job().number()),
                Long.toString(ran.start()),
                Long.toString(ran.end()),
                Integer.toString(ran.job().gpus()),
                Boolean.toString(ran.job().sensitive()),
                server.names(ran.set()),
                plain(ran.bottleneck()),
                plain(ran.bestFree()));
    }

    private static String plain(double gbps) {
        return gbps == Math.rint(gbps) ? Integer.toString((int) gbps) : Double.toString(gbps);
    }

    private static List<List<String>> summary(Map<String, List<Jobs.Ran>> runs) {
        var rows = new ArrayList<List<String>>();
        rows.add(List.of("policy", "sensitive GB/s", "of the best free", "other GB/s", "last end"));
        runs.forEach((policy, ran) -> rows.add(List.of(
                policy,
                decimal(Jobs.meanBottleneck(ran, true)),
                decimal(ofBestFree(ran)),
                decimal(Jobs.meanBottleneck(ran, false)),
                Long.toString(ran.stream().mapToLong(Jobs.Ran::end).max().orElse(0)))));
        return rows;
    }

    /** What the sensitive jobs got of the best bottleneck that was free, in the mean. */
    private static double ofBestFree(List<Jobs.Ran> ran) {
        return ran.stream()
                .filter(each -> each.job().sensitive() && each.bestFree() > 0)
                .mapToDouble(each -> each.bottleneck() / each.bestFree())
                .average()
                .orElse(1);
    }

    private static Map<String, double[]> quartiles(Map<String, List<Jobs.Ran>> runs) {
        var quartiles = new LinkedHashMap<String, double[]>();
        runs.forEach((policy, ran) -> quartiles.put(
                policy,
                Quartiles.of(ran.stream().filter(each -> each.job().sensitive()).mapToDouble(Jobs.Ran::bottleneck))));
        return quartiles;
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }
}
