package dev.busbar.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.agent.kubelet.StandInKubelet;
import dev.busbar.files.gputopology.GpuTopology;
import dev.busbar.files.gputopology.Health;
import dev.busbar.files.gputopology.PodDevices;
import dev.busbar.testclusters.node.StandInMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was known stays known while those who told it are silent, and what changed meanwhile is noticed. */
class SilenceIT {

    @TempDir
    private Path folder;

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final List<Observer> observers = new ArrayList<>();

    @AfterEach
    void close() {
        observers.forEach(Observer::close);
    }

    @Test
    void a_kubelet_that_falls_silent_takes_no_devices_with_it() throws IOException {
        var machine = StandInMachine.of("l40s", folder);
        var uuid = machine.uuids().get(2);
        var held = new PodDevices("team", "p1", "", List.of(uuid), PodDevices.KUBELET);
        var observer = observer(machine);
        GpuTopology before;
        try (var kubelet = StandInKubelet.at(machine.socket())) {
            kubelet.says(
                    HexFormat.of().parseHex(StandInKubelet.pod("team", "p1", "nvidia.com/gpu", uuid)),
                    new byte[] {0x12, 2, 1, 3}); // CPUs 1 and 3 are there to give
            before = look(observer);
            assertThat(before.status().pods()).containsExactly(held);
            assertThat(before.status().numa().getFirst().freeCpus()).isEqualTo(2);

            kubelet.turns(StandInKubelet.Manner.SILENT);
            var silent = look(observer);

            assertThat(silent.status().pods()).containsExactly(held);
            assertThat(silent.status().numa()).isEqualTo(before.status().numa());
            assertThat(silent.status().problems()).containsExactly("the kubelet's PodResources socket hangs");
        }

        startedAt(machine, "2026-01-01T00:00:00Z");
        Files.deleteIfExists(machine.socket());
        var successor = observer(machine);
        successor.remember(before);
        assertThat(look(successor).status().pods())
                .as("a new agent, and no kubelet yet")
                .containsExactly(held);
    }

    @Test
    void a_bridge_that_dies_while_no_agent_runs_is_missed_by_the_next() throws IOException {
        var machine = StandInMachine.of("a100-pcie-with-bridges", folder);
        var before = look(observer(machine));
        startedAt(machine, "2026-01-01T00:00:00Z");

        machine.change(machine.lines().stream()
                .map(line -> line.replaceFirst("link  (0|2) 0-11 gpu up (.*)", "link  $1 0-7 gpu up $2"))
                .toList());
        var observer = observer(machine);
        observer.remember(before);
        var seen = look(observer);

        assertThat(seen.status().gpus().getFirst().reason()).isEqualTo("8 of 12 NVLinks are up");
        assertThat(seen.status().gpus().get(2).health()).isEqualTo(Health.DEGRADED);
        assertThat(seen.status().gpus().get(1).health()).isEqualTo(Health.HEALTHY);
    }

    @Test
    void a_successor_misses_no_links_where_none_were() throws IOException {
        for (var name : List.of("dgx-1v", "hgx-h100", "gb200-tray", "l40s", "dgx-2")) {
            var machine = StandInMachine.of(name, Files.createDirectory(folder.resolve(name)));
            var before = look(observer(machine));
            startedAt(machine, "2026-01-01T00:00:00Z");

            var successor = observer(machine);
            successor.remember(before);

            assertThat(look(successor).status().gpus()).allMatch(gpu -> gpu.health() == Health.HEALTHY, name);
        }
    }

    @Test
    void a_gpu_that_falls_silent_is_known_as_lost_at_the_next_look() throws IOException {
        var machine = StandInMachine.of("hgx-h100", folder);
        var observer = observer(machine);
        look(observer);
        machine.add("lost 3");

        soon(observer);
        var seen = soon(observer);

        assertThat(seen.status().gpus().get(3).reason()).isEqualTo("fell off the bus");
        assertThat(seen.spec().links().getFirst()).isEqualTo("X NV18 NV18 NODE NV18 NV18 NV18 NV18");
    }

    @Test
    void a_link_of_which_the_driver_does_not_speak_hides_no_other() throws IOException {
        var machine = StandInMachine.of("a100-pcie-with-bridges", folder);
        machine.change(machine.lines().stream()
                .flatMap(line -> line.startsWith("link  0 0-11 ")
                        ? Stream.of(line.replace("0-11", "0-3"), line.replace("0-11", "5-11"))
                        : Stream.of(line))
                .toList());

        assertThat(look(observer(machine)).spec().links().getFirst()).startsWith("X NODE NV11 ");
    }

    @Test
    void a_node_that_changes_all_the_time_is_looked_at_twice_a_second() throws Exception {
        var observer = observer(StandInMachine.of("no-gpu", folder));
        var options = MachineOptions.of(StandInMachine.of("no-gpu", Files.createDirectory(folder.resolve("again"))));
        var cluster = new CountingCluster();
        var agent = new Agent(observer, options, cluster, cluster::node, InstantSource.system());
        var thread = Thread.ofVirtual().start(() -> {
            try {
                agent.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });

        var until = System.nanoTime() + Duration.ofSeconds(2).toNanos();
        while (System.nanoTime() < until) {
            agent.wake();
            LockSupport.parkNanos(1_000_000);
        }
        agent.stop();
        thread.join();

        assertThat(cluster.looks()).isBetween(1, 6);
    }

    private static void startedAt(StandInMachine machine, String time) throws IOException {
        Files.createDirectories(machine.proc());
        Files.writeString(
                machine.proc().resolve("stat"),
                "btime %d\n".formatted(Instant.parse(time).getEpochSecond()));
    }

    private Observer observer(StandInMachine machine) {
        var observer = new Observer(MachineOptions.of(machine));
        observers.add(observer);
        return observer;
    }

    private GpuTopology look(Observer observer) {
        now = now.plus(Observer.INVENTORY_EVERY);
        return observer.observe(now, "");
    }

    private GpuTopology soon(Observer observer) {
        now = now.plus(Agent.PERIOD);
        return observer.observe(now, "");
    }
}
