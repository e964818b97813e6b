package dev.busbar.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.files.gputopology.GpuTopology;
import dev.busbar.files.gputopology.GpuUse;
import dev.busbar.files.gputopology.Health;
import dev.busbar.testclusters.node.StandInMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes wrong on a machine degrades the object and never ends the agent. */
class TroubleIT {

    @TempDir
    Path folder;

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final ArrayList<Observer> observers = new ArrayList<>();

    @AfterEach
    void close() {
        observers.forEach(Observer::close);
    }

    @Test
    void a_link_that_dies_takes_lanes_from_the_row_and_degrades_both_ends() throws IOException {
        var machine = StandInMachine.of("a100-pcie-with-bridges", folder);
        var observer = observer(machine);
        look(observer);

        machine.change(replace(machine.lines(), "link  (0|2) 0-11 gpu up (.*)", "link  $1 0-7 gpu up $2"));
        var seen = look(observer);

        assertThat(seen.spec().links().getFirst()).isEqualTo("X NODE NV8 NODE SYS SYS SYS SYS");
        assertThat(seen.status().gpus().get(2).health()).isEqualTo(Health.DEGRADED);
        assertThat(seen.status().gpus().getFirst().reason()).isEqualTo("8 of 12 NVLinks are up");
        assertThat(seen.status().gpus().get(1).health()).isEqualTo(Health.HEALTHY);
    }

    @Test
    void a_gpu_that_falls_off_the_bus_stays_in_the_inventory_as_lost() throws IOException {
        var machine = StandInMachine.of("hgx-h100", folder);
        var observer = observer(machine);
        look(observer);

        machine.add("lost 3");
        var seen = look(observer);

        assertThat(seen.spec().gpus()).hasSize(8);
        assertThat(seen.spec().links().get(3)).doesNotContain("NV");
        assertThat(seen.spec().links().getFirst()).isEqualTo("X NV18 NV18 NODE NV18 NV18 NV18 NV18");
        assertThat(seen.status().gpus().get(3).health()).isEqualTo(Health.LOST);
        assertThat(seen.status().gpus().get(3).reason()).isEqualTo("fell off the bus");
        assertThat(seen.status().problems()).contains("GPU 3 does not answer: GPU is lost (NVML 15)");
    }

    @Test
    void a_vanished_gpu_gives_up_its_index_when_the_driver_numbers_anew() throws IOException {
        var machine = StandInMachine.of("l40s", folder);
        var observer = observer(machine);
        look(observer);

        // GPU 1 is gone; 2 and 3 move up
        var left = machine.lines().stream().filter(line -> !line.startsWith("gpu   1"));
        machine.change(left.map(line -> line.replace("gpu   2", "gpu   1").replace("gpu   3", "gpu   2"))
                .toList());
        var seen = look(observer);

        assertThat(seen.spec().gpus()).extracting(gpu -> gpu.index()).containsExactly(0, 1, 2, 3);
        assertThat(seen.spec().gpus().getLast().uuid()).endsWith("0001");
        assertThat(seen.status().gpus().getLast().health()).isEqualTo(Health.LOST);
        assertThat(seen.status().gpus().subList(0, 3)).allMatch(gpu -> gpu.health() == Health.HEALTHY);
    }

    @Test
    void an_xid_of_the_gpu_takes_it_out_and_one_of_the_application_does_not() throws IOException {
        var observer = observer(StandInMachine.of("l40s", folder));
        var uuids = look(observer).spec().gpus().stream().map(gpu -> gpu.uuid()).toList();

        observer.health().xid(uuids.get(0), 79);
        observer.health().xid(uuids.get(1), 94);
        observer.health().xid(uuids.get(2), 31);
        var seen = look(observer);

        assertThat(seen.status().gpus())
                .extracting(gpu -> gpu.health() + " " + gpu.reason())
                .containsExactly("LOST XID 79", "DEGRADED XID 94", "HEALTHY ", "HEALTHY ");
    }

    @Test
    void an_agent_that_comes_back_knows_what_its_predecessor_saw_since_the_machine_started() throws IOException {
        var machine = StandInMachine.of("l40s", folder);
        var first = observer(machine);
        var uuid = look(first).spec().gpus().getFirst().uuid();
        first.health().xid(uuid, 79);
        machine.add("lost 2");
        var left = look(first);

        Files.createDirectories(machine.proc());
        Files.writeString(machine.proc().resolve("stat"), "cpu 1 2 3\nbtime 1767225600\n"); // the test's first second
        var second = observer(machine);
        second.remember(left);
        assertThat(look(second).status().gpus())
                .extracting(gpu -> gpu.health() + " " + gpu.reason())
                .containsExactly("LOST XID 79", "HEALTHY ", "LOST fell off the bus", "HEALTHY ");

        Files.writeString(machine.proc().resolve("stat"), "btime 1767311999\n"); // a day later
        var afterBoot = observer(machine);
        afterBoot.remember(left);
        assertThat(look(afterBoot).status().gpus()).hasSize(3).allMatch(gpu -> gpu.health() == Health.HEALTHY);
    }

    @Test
    void an_old_driver_gives_the_same_links_and_less_about_use() throws IOException {
        var current = look(observer(StandInMachine.of("dgx-a100", Files.createDirectory(folder.resolve("current")))));
        var old = look(observer(StandInMachine.of(
                "dgx-a100", Files.createDirectory(folder.resolve("old")), StandInMachine.Driver.OLD)));

        assertThat(old.spec()).isEqualTo(current.spec());
        assertThat(old.status().gpus()).allMatch(gpu -> gpu.measured().equals(GpuUse.PER_GPU));
    }

    @ParameterizedTest
    @ValueSource(strings = {"4294967295", "100000", "64", "9"})
    void a_wrong_count_is_bounded_and_said(String count) throws IOException {
        var machine = StandInMachine.of("l40s", folder);
        machine.add("count " + count);

        var seen = look(observer(machine));

        assertThat(seen.spec().gpus()).hasSize(4);
        assertThat(seen.status().problems()).anyMatch(problem -> problem.contains("more than it can open"));
    }

    @Test
    void a_count_that_is_too_low_differs_from_the_bus() throws IOException {
        var machine = StandInMachine.of("l40s", folder);
        machine.add("count 3");

        assertThat(look(observer(machine)).status().problems()).contains("the PCI bus shows 4 NVIDIA GPUs, NVML 3");
    }

    @Test
    void two_gpus_with_one_uuid_are_one_gpu_and_a_problem() throws IOException {
        var machine = StandInMachine.of("l40s", folder);
        machine.change(replace(machine.lines(), "(gpu   1 GPU-.*)0001 ", "$10000 "));

        var seen = look(observer(machine));

        assertThat(seen.spec().gpus()).hasSize(3);
        assertThat(seen.status().problems()).anyMatch(problem -> problem.startsWith("GPU 1 has the UUID of another"));
    }

    @Test
    void a_driver_that_hangs_keeps_the_inventory_and_holds_nobody_up() throws IOException {
        var machine = StandInMachine.of("dgx-1v", folder);
        var observer = observer(machine);
        var before = look(observer);

        machine.add("hang nvmlDeviceGetMemoryInfo_v2");
        var started = System.nanoTime();
        var seen = look(observer);
        var again = look(observer);
        var took = Duration.ofNanos(System.nanoTime() - started);

        assertThat(seen.spec()).isEqualTo(before.spec());
        assertThat(seen.status().problems()).contains("NVML hangs");
        assertThat(again.status())
                .usingRecursiveComparison()
                .ignoringFields("observedAt")
                .isEqualTo(seen.status());
        assertThat(again.status().gpus()).allMatch(gpu -> gpu.measured().isEmpty());
        assertThat(took).isLessThan(AgentOptions.NVML_TIMEOUT.plusSeconds(4));
    }

    @Test
    void without_nvml_the_bus_tells_that_something_is_missing() throws IOException {
        var machine = StandInMachine.of("l40s", folder);
        Files.delete(machine.library());

        var seen = look(observer(machine));

        assertThat(seen.spec().gpus()).isEmpty();
        assertThat(seen.status().problems())
                .contains("there is no NVML (%s)".formatted(machine.library()))
                .contains("the PCI bus shows 4 NVIDIA GPUs, NVML 0");
    }

    @Test
    void a_half_written_sysfs_leaves_gaps_not_errors() throws IOException {
        var machine = StandInMachine.of("dgx-a100", folder);
        var whole = look(observer(machine));
        try (var files = Files.walk(machine.sysfs())) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                Files.writeString(file, file.endsWith("numa_node") ? "" : "\0garbage\n");
            }
        }

        var seen = look(observer(machine));

        assertThat(seen.spec().links()).isEqualTo(whole.spec().links());
        assertThat(seen.spec().gpus()).allMatch(gpu -> gpu.numaNode() == -1);
        assertThat(seen.spec().numa()).isEmpty();
        assertThat(seen.spec().nics()).hasSize(10).allMatch(nic -> nic.gbitPerSecond() == 0);
    }

    @Test
    void processes_are_put_to_pods_and_a_stranger_only_to_the_sum() throws IOException {
        var machine = StandInMachine.of("l40s", folder);
        var uid = "0f1e2d3c-0000-4000-8000-00000000abcd";
        cgroup(machine, 41, "0::/kubepods.slice/kubepods-burstable-pod" + uid.replace('-', '_') + ".slice/cri-1.scope");
        cgroup(machine, 42, "0::/kubepods/besteffort/pod" + uid + "/1");
        cgroup(machine, 43, "0::/system.slice/miner.service");
        machine.change(Stream.concat(
                        replace(machine.lines(), "(gpu   0 GPU-.*) 46068 3 ", "$1 46068 6003 ").stream(),
                        Stream.of("process 0 41 1000", "process 0 42 500", "process 0 43 4500", "process 1 99 2"))
                .toList());

        var gpus = look(observer(machine)).status().gpus();

        assertThat(gpus.getFirst().measured()).isEqualTo(GpuUse.PER_POD);
        assertThat(gpus.getFirst().pods()).singleElement().satisfies(pod -> {
            assertThat(pod.uid()).isEqualTo(uid);
            assertThat(pod.usedMemory()).hasToString("1500Mi");
        });
        assertThat(gpus.get(1).measured())
                .as("process 99 is not to be seen here")
                .isEqualTo(GpuUse.PER_GPU);
    }

    private static void cgroup(StandInMachine machine, int pid, String text) throws IOException {
        var folder = Files.createDirectories(machine.proc().resolve(Integer.toString(pid)));
        Files.writeString(folder.resolve("cgroup"), text);
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

    private static List<String> replace(List<String> lines, String pattern, String by) {
        return lines.stream().map(line -> line.replaceFirst(pattern, by)).toList();
    }
}
