package dev.busbar.app;

import dev.busbar.core.cluster.ClusterState;
import dev.busbar.core.placement.Verdicts;
import dev.busbar.core.verbs.Explanation;
import dev.busbar.core.workload.ResourceNames;
import dev.busbar.files.ClusterFolder;
import dev.busbar.files.PodReader;
import dev.busbar.server.explain.ExplanationJson;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** Says why a pod goes where it goes: for a cluster and a pod in files, or for a pod that a running server has seen. */
@Command(
        name = "explain",
        description = "Shows every node's verdict for a pod: the set it would get there, its GB/s and the score's"
                + " terms, which add up to the score.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Example: busbar explain --cluster demo --pod pod.yaml",
            "         busbar explain --server http://127.0.0.1:8888 default/trainer-0"
        })
final class ExplainCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Where where;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "table|json",
            defaultValue = "table",
            description = "how to print: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Output output;

    @Parameters(arity = "0..1", paramLabel = "NAMESPACE/POD", description = "the pod, with --server")
    private @Nullable String pod;

    enum Output {
        table,
        json
    }

    /** Either files or a server. */
    static final class Where {
        @ArgGroup(exclusive = false)
        private @Nullable Offline files;

        @Option(names = "--server", paramLabel = "URL", description = "a running `busbar serve`")
        private @Nullable URI server;
    }

    /** A cluster and a pod in files. */
    static final class Offline {
        @Option(
                names = "--cluster",
                required = true,
                paramLabel = "DIR|NAME",
                description = "a folder of Node, GpuTopology and Pod objects, or a bundled cluster")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private String cluster;

        @Option(names = "--pod", required = true, paramLabel = "FILE", description = "a Pod")
        @SuppressWarnings("NullAway.Init") // picocli sets it
        private Path pod;
    }

    @Override
    public void run() {
        var explanation = where.files != null ? offline(where.files) : fromServer();
        var out = spec.commandLine().getOut();
        switch (output) {
            case json -> out.println(explanation.toPrettyString());
            case table -> new ExplanationTable(explanation).print(out);
        }
    }

    private JsonNode offline(Offline files) {
        if (pod != null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "the pod (%s) goes with --server; with --cluster it is --pod FILE".formatted(pod));
        }
        var wanted = new PodReader(ResourceNames.DEFAULT).read(files.pod);
        var cluster = ClusterFolder.find(files.cluster, ResourceNames.DEFAULT);
        cluster.warnings().forEach(warning -> spec.commandLine().getErr().println("warning: " + warning));
        var state = new ClusterState();
        cluster.events().forEach(state::apply);
        return ExplanationJson.of(Explanation.of(state, new Verdicts(), wanted));
    }

    private JsonNode fromServer() {
        var parts = Optional.ofNullable(pod).orElse("").split("/", -1);
        if (parts.length != 2 || parts[0].isEmpty() || parts[1].isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "--server needs a pod as NAMESPACE/POD, not (%s)".formatted(pod));
        }
        try (var calls = new SchedulerCalls(Optional.ofNullable(where.server).orElseThrow())) {
            return calls.explain(parts[0], parts[1]);
        }
    }
}
