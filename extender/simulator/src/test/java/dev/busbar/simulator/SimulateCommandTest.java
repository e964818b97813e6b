package dev.busbar.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class SimulateCommandTest {
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

    @Test
    void a_filling_cluster_ends_in_a_csv_with_a_line_per_run() throws IOException {
        Path trace = SmallTrace.write(folder, 6);
        Path csv = folder.resolve("out.csv");

        int exit = simulate(
                "--trace", trace.toString(), "--list", "small", "--policy", "busbar,bestfit", "--csv", csv.toString());

        assertThat(exit).as(err.toString()).isZero();
        List<String> lines = Files.readAllLines(csv);
        assertThat(lines.getFirst())
                .isEqualTo("trace,seed,policy,allocation,first_drop,dropped_cpu,dropped_share,dropped_one,"
                        + "dropped_2to7,dropped_8,fragmentation,milliseconds");
        // Six pods of one GPU ask for four; three of them accept only node-b's two.
        assertThat(lines.get(1)).matches("small,42,busbar,[^,]*,[0-9.]+,0,0,[23],0,0,[^,]*,[0-9]+");
        assertThat(lines.get(2)).startsWith("small,42,bestfit,");
        assertThat(out.toString()).contains("busbar");
    }

    @Test
    void a_page_holds_the_curves_and_needs_nothing_else() throws IOException {
        Path trace = SmallTrace.write(folder, 6);
        Path html = folder.resolve("out.html");

        simulate("--trace", trace.toString(), "--list", "small", "--policy", "fgd", "--html", html.toString());

        assertThat(Files.readString(html))
                .contains("<polyline", "GPUs allocated, %", "pods dropped, mean")
                .doesNotContain("<script", "http://", "https://");
    }

    @Test
    void pods_that_come_and_go_wait_for_each_other() throws IOException {
        Path trace = SmallTrace.write(folder, 10);
        Path csv = folder.resolve("churn.csv");

        int exit = simulate(
                "--trace",
                trace.toString(),
                "--list",
                "small",
                "--policy",
                "busbar",
                "--churn",
                "0.7",
                "--arrivals",
                "2000",
                "--csv",
                csv.toString());

        assertThat(exit).as(err.toString()).isZero();
        List<String> lines = Files.readAllLines(csv);
        assertThat(lines.getFirst())
                .isEqualTo("trace,seed,policy,load,allocation_mean,waiting_mean_seconds,waiting_p99_seconds,"
                        + "waiting_8_mean_seconds,placed,never_placed");
        String[] cells = lines.get(1).split(",", -1);
        // 0.7 of four GPUs are offered
        assertThat(Double.parseDouble(cells[4])).isBetween(55.0, 85.0);
        assertThat(Double.parseDouble(cells[5])).isPositive();
        assertThat(Integer.parseInt(cells[8]) + Integer.parseInt(cells[9])).isEqualTo(2000);
        assertThat(err.toString())
                .containsPattern("busbar on small, seed 42: what waited from before the measure adds [0-9.]+ points");
    }

    @Test
    void the_same_seed_gives_the_same_answer() throws IOException {
        Path trace = SmallTrace.write(folder, 8);
        Path first = folder.resolve("1.csv");
        Path second = folder.resolve("2.csv");
        for (Path csv : List.of(first, second)) {
            simulate(
                    "--trace",
                    trace.toString(),
                    "--list",
                    "small",
                    "--policy",
                    "busbar,random",
                    "--churn",
                    "0.9",
                    "--arrivals",
                    "500",
                    "--csv",
                    csv.toString());
        }

        assertThat(first).hasSameTextualContentAs(second);
    }

    @Test
    void jobs_on_a_server_end_in_a_csv_with_a_line_per_job() throws IOException {
        Path server = folder.resolve("server.csv");
        Files.writeString(server, "from,to,gbps\n1,1,0\n2,2,0\n3,3,0\n1,3,50\n");
        Path jobs = folder.resolve("jobs.csv");
        Files.writeString(jobs, "gpus,ticks,sensitive\n2,5,true\n2,3,false\n");
        Path csv = folder.resolve("out.csv");

        int exit = simulate("--server", server.toString(), "--jobs", jobs.toString(), "--csv", csv.toString());

        assertThat(exit).as(err.toString()).isZero();
        assertThat(csv).hasContent("""
            job,start,end,gpus,sensitive,set,bottleneck,best_free
            1,0,5,2,true,1;3,50,50
            2,5,8,2,false,1;3,50,50
            """);
    }

    @Test
    void translators_that_ask_what_they_need_use_the_gpus_better() throws IOException {
        Path csv = folder.resolve("out.csv");

        int exit = simulate("--cluster", "demo", "--translators", "--csv", csv.toString());

        assertThat(exit).as(err.toString()).isZero();
        String[] whole = Files.readAllLines(csv).get(1).split(",", -1);
        String[] shares = Files.readAllLines(csv).get(2).split(",", -1);
        assertThat(whole[0]).isEqualTo("one GPU each");
        // A replica that holds its GPU alone: as many GPUs as replicas.
        assertThat(whole[1]).isEqualTo(whole[2]);
        assertThat(Integer.parseInt(shares[1])).isGreaterThan(Integer.parseInt(whole[1]));
        assertThat(Double.parseDouble(shares[4])).isGreaterThan(2 * Double.parseDouble(whole[4]));
    }

    @Test
    void wrong_usage_is_told_from_what_cannot_be_done() {
        assertThat(simulate("--churn", "0.9")).isEqualTo(2);
        assertThat(simulate("--jobs", folder.toString())).isEqualTo(2);
        assertThat(simulate("--trace", folder.toString(), "--cluster", "demo")).isEqualTo(2);
        assertThat(simulate("--trace", folder.toString(), "--policy", "best")).isEqualTo(2);
        assertThat(simulate("--trace", folder.toString(), "--ties", "first")).isEqualTo(2);
        assertThat(simulate("--trace", folder.toString())).isEqualTo(1);
        assertThat(err.toString()).contains("nodes.csv is missing", "Maybe");
    }
}
