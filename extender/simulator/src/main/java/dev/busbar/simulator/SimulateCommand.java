package dev.busbar.simulator;

import dev.busbar.simulator.Policies.Mix;
import dev.busbar.simulator.Policies.Terms;
import dev.busbar.simulator.ScoredPolicy.Ties;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code busbar simulate}: replays pods on a cluster, or jobs on a server, and measures how well they were placed. */
@Command(
        name = "simulate",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Replays pods on a cluster, or jobs on one server, and measures how well they were placed.",
            "",
            "With --trace alone the cluster fills until 130 %% of its GPUs were asked; with --churn pods come and go."
                    + " Policy busbar is asked over its JSON verbs, as kube-scheduler asks it. With none of --trace,"
                    + " --server and --cluster a made-up stream of pods arrives at the bundled cluster demo."
        },
        footer = {
            "",
            "Example: busbar simulate --trace openb --list default,cpu200 --seed 42,43 --policy busbar,fgd --csv"
                    + " out.csv"
        })
public final class SimulateCommand implements Callable<Integer> {
    @Spec
    @Nullable
    CommandSpec command;

    @Option(
            names = "--trace",
            paramLabel = "DIR",
            description = "Folder with nodes.csv, openb_pod_list_<list>.csv and orders/<list>_<seed>.txt.")
    @Nullable
    Path trace;

    @Option(
            names = "--list",
            paramLabel = "L",
            split = ",",
            defaultValue = "default",
            description = "Pod lists, separated by commas; default: ${DEFAULT-VALUE}.")
    List<String> lists = List.of();

    @Option(
            names = "--seed",
            paramLabel = "S",
            split = ",",
            defaultValue = "42",
            description = "Seeds, separated by commas: each names an order of arrival and begins all draws; default: "
                    + "${DEFAULT-VALUE}.")
    List<Integer> seeds = List.of();

    @Option(
            names = "--policy",
            paramLabel = "P",
            split = ",",
            description = "Of busbar, random, bestfit, dotprod, fgd and fgd-wire; for a server of busbar, greedy,"
                + " preserve and lowest; for a cluster in files of busbar and stock, which spreads by CPU and memory"
                + " and takes the first free GPUs; default: busbar, for a cluster in files both.")
    List<String> policies = List.of();

    @Option(
            names = "--mix",
            paramLabel = "known|learnt",
            defaultValue = "known",
            description =
                    "Whether busbar knows the mix of pods or learns it as they arrive; default: ${DEFAULT-VALUE}.")
    String mix = "";

    @Option(
            names = "--sample",
            paramLabel = "PERCENT",
            description = "Part of the nodes that a policy sees for each pod; default: 40 for busbar, else 100.")
    @Nullable
    Integer sample;

    @Option(
            names = "--ties",
            paramLabel = "rank|random",
            description = "Which of the highest-scored nodes wins; default: random for busbar, random and fgd-wire, "
                    + "else rank.")
    @Nullable
    String ties;

    @Option(
            names = "--churn",
            paramLabel = "LOAD",
            description = "Let pods come and go at this offered load, such as 0.9.")
    @Nullable
    Double churn;

    @Option(
            names = "--cap-seconds",
            paramLabel = "S",
            defaultValue = "20000",
            description = "No pod of a churn runs longer; default: ${DEFAULT-VALUE}.")
    long capSeconds;

    @Option(
            names = "--arrivals",
            paramLabel = "N",
            defaultValue = "150000",
            description = "Pods of a churn, the first half of which is warm-up; default: ${DEFAULT-VALUE}.")
    int arrivals;

    @Option(names = "--server", paramLabel = "FILE", description = "One server: CSV with from, to and gbps.")
    @Nullable
    Path server;

    @Option(names = "--jobs", paramLabel = "FILE", description = "Its jobs: CSV with gpus, ticks and sensitive.")
    @Nullable
    Path jobs;

    @Mixin
    ClusterOptions ofCluster = new ClusterOptions();

    @Option(names = "--csv", paramLabel = "FILE", description = "Also write the results as CSV.")
    @Nullable
    Path csv;

    @Option(names = "--html", paramLabel = "FILE", description = "Also write one page with tables and curves.")
    @Nullable
    Path html;

    @Override
    public Integer call() {
        var line = commandLine();
        var output = new Output(line.getOut(), line.getErr(), Optional.ofNullable(csv), Optional.ofNullable(html));
        try {
            run(output);
            return CommandLine.ExitCode.OK;
        } catch (SimulationException e) {
            PrintWriter err = line.getErr();
            err.println(e.getMessage());
            err.flush();
            return CommandLine.ExitCode.SOFTWARE;
        }
    }

    private void run(Output output) {
        if (trace != null && server == null && jobs == null && !ofCluster.areGiven()) {
            known(Policies.NAMES);
            if (churn == null) {
                new SaturationRuns(trace, lists, seeds, policies, terms()).run(output);
                return;
            }
            var stream = new Churn.Stream(churn, arrivals, capSeconds);
            new ChurnRuns(trace, lists, seeds, policies, terms(), stream).run(output);
            return;
        }
        if (server != null && jobs != null && trace == null && churn == null && !ofCluster.areGiven()) {
            known(SetPolicy.NAMES);
            new JobRuns(server, jobs, policies).run(output);
            return;
        }
        if (trace == null && server == null && jobs == null && churn == null) {
            onCluster(output);
            return;
        }
        throw wrong("give one of --trace DIR, --server FILE with --jobs FILE, and --cluster DIR|FILE|NAME");
    }

    private void onCluster(Output output) {
        var runs = new ClusterRuns(ofCluster.clusterOrDemo());
        if (ofCluster.translators) {
            runs.translators(output);
            return;
        }
        if (policies.isEmpty()) {
            policies = ClusterRun.POLICIES;
        }
        known(ClusterRun.POLICIES);
        runs.place(
                Optional.ofNullable(ofCluster.pods),
                seeds.getFirst(),
                policies,
                pick(ClusterOptions.Form.class, "--output", ofCluster.output),
                output);
    }

    private Terms terms() {
        if (sample != null && (sample < 1 || sample > 100)) {
            throw wrong("--sample (%d) must be between 1 and 100".formatted(sample));
        }
        return new Terms(
                pick(Mix.class, "--mix", mix),
                sample == null ? OptionalInt.empty() : OptionalInt.of(sample),
                Optional.ofNullable(ties).map(text -> pick(Ties.class, "--ties", text)));
    }

    private void known(List<String> names) {
        if (policies.isEmpty()) {
            policies = List.of("busbar");
        }
        for (String policy : policies) {
            if (!names.contains(policy)) {
                throw wrong("--policy (%s) must be of %s".formatted(policy, String.join(", ", names)));
            }
        }
    }

    private <E extends Enum<E>> E pick(Class<E> type, String option, String text) {
        for (E value : type.getEnumConstants()) {
            if (value.name().toLowerCase(Locale.ROOT).equals(text)) {
                return value;
            }
        }
        var names = Arrays.stream(type.getEnumConstants())
                .map(value -> value.name().toLowerCase(Locale.ROOT))
                .toList();
        throw wrong("%s (%s) must be %s".formatted(option, text, String.join(" or ", names)));
    }

    private ParameterException wrong(String message) {
        return new ParameterException(commandLine(), message);
    }

    private CommandLine commandLine() {
        if (command == null) {
            throw new IllegalStateException("the command was not started by picocli");
        }
        return command.commandLine();
    }
}
