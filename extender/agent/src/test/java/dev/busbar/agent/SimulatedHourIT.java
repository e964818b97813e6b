package dev.busbar.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.files.gputopology.Health;
import dev.busbar.testclusters.node.StandInMachine;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The whole agent on each stand-in machine for two hours of simulated time, with its writes counted and printed. */
class SimulatedHourIT {
    private static final int LOOKS = (int) Duration.ofHours(1).dividedBy(Agent.PERIOD);

    @TempDir
    private Path folder;

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    static List<String> machines() throws IOException {
        return MachinesIT.machines();
    }

    @ParameterizedTest
    @MethodSource("machines")
    void the_api_server_hears_of_a_node_when_there_is_something_to_say(String name) throws IOException {
        var machine = StandInMachine.of(name, folder);
        var options = MachineOptions.of(machine);
        var cluster = new CountingCluster();
        try (var observer = new Observer(options)) {
            var agent = new Agent(observer, options, cluster, cluster::node, () -> now);

            tick(agent, LOOKS);
            int first = cluster.writes();
            tick(agent, LOOKS / 3);
            breakALink(machine);
            tick(agent, LOOKS / 3);
            loseTheFirstGpu(machine);
            cluster.resetNode();
            tick(agent, LOOKS / 3);
            int eventful = cluster.writes();

            System.out.printf(
                    "writes of the agent on %s: %d in its first hour, %d in one in which a link dies, a GPU vanishes"
                            + " and the kubelet resets the node%n",
                    name, first, eventful);
            boolean hasGpus = !machine.uuids().isEmpty();
            // create, status, advertise, and a renewal after half an hour
            assertThat(first).isBetween(hasGpus ? 3 : 2, 4);
            assertThat(eventful).isBetween(2, 10);
            assertThat(cluster.object().orElseThrow().status().gpus())
                    .filteredOn(gpu -> gpu.health() == Health.LOST)
                    .hasSize(hasGpus ? 1 : 0);
        }
    }

    private void tick(Agent agent, int looks) {
        for (int i = 0; i < looks; i++) {
            agent.tick();
            now = now.plus(Agent.PERIOD);
        }
    }

    private static void breakALink(StandInMachine machine) throws IOException {
        var lines = machine.lines();
        int link = lines.indexOf(lines.stream()
                .filter(line -> line.startsWith("link "))
                .findFirst()
                .orElse(""));
        if (link >= 0) {
            lines.set(link, lines.get(link).replace(" up ", " down "));
            machine.change(lines);
        }
    }

    private static void loseTheFirstGpu(StandInMachine machine) throws IOException {
        machine.change(
                Stream.concat(machine.lines().stream(), Stream.of("lost 0")).toList());
    }
}
