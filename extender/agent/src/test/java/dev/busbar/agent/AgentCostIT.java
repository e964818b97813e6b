package dev.busbar.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.testclusters.Await;
import dev.busbar.testclusters.ControlPlane;
import dev.busbar.testclusters.Nodes;
import dev.busbar.testclusters.node.StandInMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the idle agent costs a node with eight GPUs: prints and bounds CPU and memory, prints the time to start. */
class AgentCostIT {

    private static final Duration SETTLED = Duration.ofSeconds(20);
    /** What the agent should cost; the figure is printed. */
    private static final double AIM = 0.5;

    /** What no machine should see, however many neighbours it has: a loop that never rests, say. */
    private static final double BOUND = 3;

    private static final int STARTS = 5;
    /** It should be one second, and is printed; a machine with many neighbours gets this much. */
    private static final Duration MOST_FOR_A_START = Duration.ofSeconds(4);

    private static final Duration MEASURED = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    @Test
    void an_idle_agent_rests_and_stays_small() throws IOException {
        try (var cluster = ControlPlane.start()) {
            var client = cluster.client();
            client.load(Files.newInputStream(Path.of("../../manifests/crd/gputopology.yaml")))
                    .create();
            cluster.nodes().add(Nodes.node("n1"));
            var machine = StandInMachine.of("dgx-a100", folder);
            var topologies = client.genericKubernetesResources("busbar.dev/v1alpha1", "GpuTopology");

            var started = System.nanoTime();
            try (var agent = AgentProcess.start(machine, cluster.kubeconfig(), Path.of("target/agent-cost-it.log"))) {
                Await.until(
                        "the object is there",
                        Duration.ofSeconds(30),
                        () -> topologies.withName("n1").get() != null);
                var published = Duration.ofNanos(System.nanoTime() - started);
                var cpuToPublish = cpu(agent);
                LockSupport.parkNanos(SETTLED.toNanos());
                // Neighbours on the machine make the same work dearer, so the cheapest of three minutes counts.
                double percent = Double.MAX_VALUE;
                for (int minute = 0; minute < 3 && percent >= AIM; minute++) {
                    percent = Math.min(percent, percentOfACore(agent));
                }
                long rss = rssMebibytes(agent);

                System.out.printf(
                        "agent: published %d ms after its start (%d ms of CPU), idle %.2f %% of a core, RSS %d MiB%n",
                        published.toMillis(), cpuToPublish.toMillis(), percent, rss);
                assertThat(percent).isLessThan(BOUND);
                assertThat(rss).isLessThan(120 * 1_000_000 / (1 << 20));
            }
        }
    }

    @Test
    void it_looks_at_the_machine_soon_after_its_start() throws IOException, InterruptedException {
        var machine = StandInMachine.of("dgx-a100", folder);
        // Neighbours on the machine make a start slower, so the fastest of some counts.
        var fastest = Duration.ofHours(1);
        for (int i = 0; i < STARTS; i++) {
            var took = AgentProcess.once(machine, Path.of("target/agent-cost-it.log"));
            fastest = took.compareTo(fastest) < 0 ? took : fastest;
        }

        System.out.printf("agent: --once took %d ms from start to end%n", fastest.toMillis());
        assertThat(fastest).isLessThan(MOST_FOR_A_START);
    }

    private static double percentOfACore(AgentProcess agent) throws IOException {
        var before = cpu(agent);
        LockSupport.parkNanos(MEASURED.toNanos());
        return 100.0 * cpu(agent).minus(before).toMillis() / MEASURED.toMillis();
    }

    /** User and system time; the kernel counts in hundredths of a second. */
    private static Duration cpu(AgentProcess agent) throws IOException {
        var stat = agent.proc("stat");
        var fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
        return Duration.ofMillis(10 * (Long.parseLong(fields.get(11)) + Long.parseLong(fields.get(12))));
    }

    private static long rssMebibytes(AgentProcess agent) throws IOException {
        return agent.proc("status")
                        .lines()
                        .filter(line -> line.startsWith("VmRSS:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                        .sum()
                >> 10;
    }
}
