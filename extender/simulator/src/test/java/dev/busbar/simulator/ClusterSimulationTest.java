package dev.busbar.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.core.cluster.ClusterState;
import dev.busbar.core.workload.ResourceNames;
import dev.busbar.files.ClusterFolder;
import dev.busbar.files.ClusterText;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.json.JsonMapper;

class ClusterSimulationTest {
    private static final String POD = """
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: %s}
        spec:
          containers:
          - name: main
            resources: {limits: {busbar.dev/gpu: "%d"}}
        """;

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int simulate(String... args) {
        return new CommandLine(new SimulateCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(args);
    }

    private Path pods(String text) throws IOException {
        return Files.writeString(folder.resolve("pods.yaml"), text);
    }

    @Test
    void with_no_input_a_made_up_stream_shows_what_busbar_does_otherwise() {
        int exit = simulate();

        assertThat(exit).as(err.toString()).isZero();
        double[] busbar = summary("busbar");
        double[] stock = summary("stock");
        assertThat(busbar[0] + busbar[1]).isEqualTo(stock[0] + stock[1]).isGreaterThan(10);
        // GPUs held, and bandwidth in percent of the best
        assertThat(busbar[2]).isGreaterThan(stock[2]);
        assertThat(busbar[4]).isGreaterThan(stock[4]);
    }

    private double[] summary(String policy) {
        String line = out.toString()
                .lines()
                .filter(each -> each.startsWith(policy + " "))
                .findFirst()
                .orElseThrow();
        return List.of(line.strip().split("\\s+", -1)).stream()
                .skip(1)
                .mapToDouble(Double::parseDouble)
                .toArray();
    }

    @Test
    void a_stream_is_placed_in_its_order_and_told_as_json() throws IOException {
        Path stream = pods(POD.formatted("z-first", 8) + POD.formatted("a-second", 8));

        int exit = simulate("--cluster", "hgx-h100", "--pods", stream.toString(), "--policy", "busbar", "-o", "json");

        assertThat(exit).as(err.toString()).isZero();
        var pods =
                new JsonMapper().readTree(out.toString()).path("runs").path(0).path("pods");
        assertThat(pods.path(0).path("pod").asString()).isEqualTo("default/z-first");
        assertThat(pods.path(0).path("gpus").size()).isEqualTo(8);
        assertThat(pods.path(0).path("gbps").asDouble())
                .isEqualTo(pods.path(0).path("bestGbps").asDouble());
        assertThat(pods.path(1).path("node").isNull()).isTrue();
        assertThat(pods.path(1).path("reason").asString()).isEqualTo("too few free GPUs");
    }

    @Test
    void a_snapshot_of_a_server_is_a_cluster_in_one_file() throws IOException {
        var state = new ClusterState();
        ClusterFolder.find("dgx-a100", ResourceNames.DEFAULT).events().forEach(state::apply);
        Path snapshot = folder.resolve("snapshot.yaml");
        Files.writeString(snapshot, ClusterText.of(state, ResourceNames.DEFAULT) + POD.formatted("waits-there", 4));

        int exit = simulate("--cluster", snapshot.toString(), "--policy", "busbar");

        assertThat(exit).as(err.toString()).isZero();
        assertThat(out.toString()).containsPattern("default/waits-there +4 GPUs +\\S+ +[0-9];");
    }

    @Test
    void a_page_compares_the_policies_by_curves_bars_and_quartiles() throws IOException {
        Path html = folder.resolve("out.html");

        simulate("--html", html.toString());

        assertThat(Files.readString(html))
                .contains("GPUs held, %", "GPUs fragmented, %", "Pods that wait, by class", "Bandwidth of pods")
                .contains("<polyline", "<rect")
                .doesNotContain("<script", "http://", "https://");
    }

    @Test
    void what_is_no_stream_is_refused_by_name() throws IOException {
        Path twice = pods(POD.formatted("same", 1) + POD.formatted("same", 1));

        assertThat(simulate("--pods", twice.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("default/same arrives twice");
        assertThat(simulate("--pods", pods("kind: Node\nmetadata: {name: n}\n").toString()))
                .isEqualTo(1);
        assertThat(err.toString()).contains("(Node n)", "must be a Pod");
        assertThat(simulate("--policy", "fgd")).isEqualTo(2);
    }
}
