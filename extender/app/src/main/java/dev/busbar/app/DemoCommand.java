package dev.busbar.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.busbar.core.workload.ResourceNames;
import dev.busbar.files.ClusterFolder;
import dev.busbar.server.Server;
import dev.busbar.server.config.Config;
import dev.busbar.server.source.FixedCluster;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Serves a bundled cluster and plays kube-scheduler for a handful of translator pods. */
@Command(
        name = "demo",
        description = "Serves a bundled cluster on a free port, sends the calls that kube-scheduler would send for a"
                + " handful of translator pods, and shows who went where. No Kubernetes, no GPU.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example: busbar demo"})
final class DemoCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Option(
            names = "--cluster",
            paramLabel = "DIR|NAME",
            defaultValue = "demo",
            description = "the cluster (default: ${DEFAULT-VALUE})")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String cluster;

    @Override
    public void run() {
        quietly();
        var out = spec.commandLine().getOut();
        var folder = ClusterFolder.find(cluster, ResourceNames.DEFAULT);
        try (var server = Server.start(Config.defaults().listening("127.0.0.1:0"), new FixedCluster(folder.events()));
                var calls = new SchedulerCalls(URI.create(server.address()))) {
            var picture = new ClusterPicture(server.state());
            out.printf(
                    "Cluster %s, served on %s. Before (. free, # held, s shared):%n%n",
                    folder.name(), server.address());
            picture.print(out);
            out.printf("%nThe calls of kube-scheduler for these pods, one after another:%n%n");
            var names = server.state().snapshot().names();
            place(calls, IntStream.range(0, names.size()).mapToObj(names::name).toList(), out);
            out.printf("%nAfter:%n%n");
            picture.print(out);
            out.printf("%nWhy a pod went where it went: busbar explain --cluster %s --pod FILE%n", cluster);
        } catch (IOException e) {
            throw new CannotDo("the demo's server can't start: " + e.getMessage(), e);
        }
    }

    /** A demo's reader wants the answers alone. */
    private static void quietly() {
        if (LoggerFactory.getLogger("dev.busbar") instanceof Logger logger) {
            logger.setLevel(Level.WARN);
        }
    }

    private static void place(SchedulerCalls calls, List<String> nodes, PrintWriter out) {
        var table = new Table("POD", "ASKS", "NODE", "GPUS", "GB/S", "RUNNER-UP");
        for (var pod : pods()) {
            var name = pod.path("metadata").path("name").asString();
            var placed = calls.place(pod, nodes);
            var why = new ExplanationTable(calls.explain("demo", name));
            if (placed.isEmpty()) {
                table.row(name, asks(pod), "(waits)", "", "", why.commonReason());
                continue;
            }
            var line = why.node(placed.get());
            var runnerUp = why.explanation().path("runnerUp").asString("");
            table.row(
                    name,
                    asks(pod),
                    placed.get(),
                    ExplanationTable.indices(line),
                    ExplanationTable.speed(line),
                    runnerUp);
        }
        table.print(out);
    }

    private static String asks(JsonNode pod) {
        var asks = new ArrayList<String>();
        pod.path("spec")
                .path("containers")
                .path(0)
                .path("resources")
                .path("limits")
                .propertyStream()
                .forEach(limit -> asks.add(limit.getKey().replace("busbar.dev/", "") + " "
                        + limit.getValue().asString()));
        pod.path("metadata")
                .path("annotations")
                .propertyStream()
                .forEach(annotation -> asks.add(annotation.getKey().replace("busbar.dev/", "") + " "
                        + annotation.getValue().asString()));
        return asks.isEmpty() ? "no GPU" : String.join(", ", asks);
    }

    /** The pods as the API server would hand them on: with a UID each. */
    private static List<ObjectNode> pods() {
        var pods = new ArrayList<ObjectNode>();
        try (InputStream file = DemoCommand.class.getResourceAsStream("demo-pods.yaml");
                var values = new YAMLMapper().readerFor(JsonNode.class).<JsonNode>readValues(file)) {
            values.forEachRemaining(value -> {
                if (value instanceof ObjectNode pod && pod.path("metadata") instanceof ObjectNode metadata) {
                    metadata.put("uid", UUID.randomUUID().toString());
                    pods.add(pod);
                }
            });
        } catch (IOException e) {
            throw new IllegalStateException("the jar's demo-pods.yaml can't be read", e);
        }
        return pods;
    }
}
