package dev.busbar.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.agent.publish.Publisher;
import dev.busbar.core.topology.GpuSet;
import dev.busbar.files.TopologyReader;
import dev.busbar.files.gputopology.GpuTopology;
import dev.busbar.files.gputopology.GpuTopologyCodec;
import dev.busbar.testclusters.node.StandInMachine;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever driver, kernel and kubelet say, the agent has an object in the end, in time, and says what is wrong. */
class BadInputIT {
    private static final long SEED = 25;
    private static final int ROUNDS = 150;

    @TempDir
    private Path folder;

    private final List<Observer> observers = new ArrayList<>();
    private Instant now = Instant.parse("2026-11-25T04:00:00Z");

    @AfterEach
    void close() {
        observers.forEach(Observer::close);
    }

    @Test
    void a_library_without_the_functions_of_nvml_is_named_as_the_problem() throws IOException {
        var machine = StandInMachine.of("l40s", folder);
        var options = new AgentOptions(
                "n1",
                "",
                "libm.so.6",
                machine.sysfs(),
                machine.proc(),
                machine.socket(),
                folder.resolve("config.yaml"));

        var seen = look(observer(options));

        assertThat(seen.spec().gpus()).isEmpty();
        assertThat(seen.status().problems())
                .anyMatch(problem -> problem.startsWith("NVML does not start: "))
                .contains("the PCI bus shows 4 NVIDIA GPUs, NVML 0");
    }

    @Test
    void a_gpu_with_mig_enabled_and_no_instance_is_not_offered_as_a_whole() throws IOException {
        var machine = StandInMachine.of("l40s", folder);
        machine.add("migmode 2");

        var seen = look(observer(MachineOptions.of(machine)));

        assertThat(TopologyReader.read(seen).topology().usable()).isEqualTo(GpuSet.of(0, 1, 3));
        assertThat(Publisher.usableGpus(seen)).isEqualTo(3);
    }

    @Test
    void a_kubelet_socket_that_hangs_costs_its_time_out_and_what_only_it_knows() throws IOException {
        var machine = StandInMachine.of("l40s", folder);
        try (var socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(machine.socket()));
            var observer = observer(MachineOptions.of(machine));

            var started = System.nanoTime();
            var seen = look(observer);
            var took = Duration.ofNanos(System.nanoTime() - started);

            assertThat(seen.spec().gpus()).hasSize(4);
            assertThat(seen.status().gpus()).hasSize(4);
            assertThat(seen.status().pods()).isEmpty();
            assertThat(seen.status().problems()).containsExactly("the kubelet's PodResources socket hangs");
            assertThat(ProblemLog.problems(seen)).containsExactly("the kubelet's PodResources socket hangs");
            assertThat(took).isLessThan(AgentOptions.KUBELET_TIMEOUT.plusSeconds(8));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"dgx-a100", "gb200-tray"})
    void garbage_from_nvml_makes_an_object_that_can_be_read(String name) throws IOException {
        var machine = StandInMachine.of(name, folder);
        var observer = observer(MachineOptions.of(machine));
        var lines = machine.lines();
        var random = new Random(SEED);

        for (int round = 0; round < ROUNDS; round++) {
            var garbled = garbled(lines, random);
            machine.change(garbled);

            isWhole(look(observer), "seed %d, round %d: %s".formatted(SEED, round, garbled));
        }
    }

    private static void isWhole(GpuTopology seen, String when) {
        assertThat(seen.spec().gpus()).as(when).hasSizeLessThanOrEqualTo(64);
        assertThat(seen.spec().links()).as(when).hasSameSizeAs(seen.spec().gpus());
        assertThat(ShippedSchema.complaints(seen)).as(when).isEmpty();
        var back = GpuTopologyCodec.fromApi(GpuTopologyCodec.toJson(seen));
        assertThat(back).as(when).isEqualTo(seen);
        assertThat(TopologyReader.read(back).topology().gpus())
                .as(when)
                .hasSameSizeAs(seen.spec().gpus());
    }

    @Test
    void what_is_too_much_for_the_api_server_is_cut() throws IOException {
        var machine = StandInMachine.of("l40s", folder);
        var lines = new ArrayList<String>();
        for (int i = 0; i < 64; i++) {
            lines.add("gpu   %d GPU-%d 0000:%02x:00.0 46068 3 NVIDIA L40S".formatted(i, i, i));
        }
        for (int pid = 1; pid <= 1200; pid++) {
            if (pid <= 300) {
                lines.add("process 1 %d 5".formatted(pid));
            }
            var process = Files.createDirectories(machine.proc().resolve(Integer.toString(pid)));
            Files.writeString(process.resolve("cgroup"), "0::/kubepods/pod%032x/1".formatted(pid));
            Files.writeString(process.resolve("environ"), "NVIDIA_VISIBLE_DEVICES=" + pid % 64);
        }
        machine.change(lines);
        var observer = observer(MachineOptions.of(machine));
        var crowded = look(observer);
        isWhole(crowded, "300 pods on one GPU and 1200 in all");
        assertThat(crowded.status().gpus().get(1).pods()).hasSize(256);
        assertThat(crowded.status().pods()).hasSize(1024);

        for (int i = 0; i < 64; i++) {
            lines.add("lost " + i);
        }
        machine.change(lines);
        var seen = look(observer);

        isWhole(seen, "64 GPUs are lost");
        assertThat(seen.status().problems().getLast()).matches("and [0-9]+ more");
    }

    /** Some lines with another number, with a word less, twice, or gone. */
    private static List<String> garbled(List<String> lines, Random random) {
        var garbled = new ArrayList<String>();
        for (var line : lines) {
            switch (random.nextInt(8)) {
                case 0 -> garbled.add(line.replaceFirst("[0-9]+", number(random)));
                case 1 -> garbled.add(line.replaceFirst(" [^ ]+$", " " + number(random)));
                case 2 -> garbled.add(line.replaceFirst(" [^ ]+", ""));
                case 3 -> garbled.addAll(List.of(line, line));
                case 4 -> {}
                default -> garbled.add(line);
            }
        }
        garbled.add("count " + number(random));
        return garbled;
    }

    private static String number(Random random) {
        return List.of("-1", "0", "63", "64", "4294967295", "99999999999", "18446744073709551615", "x", "\u00e9")
                .get(random.nextInt(9));
    }

    @Test
    void a_sysfs_that_goes_piece_by_piece_takes_no_gpu_with_it() throws IOException {
        var machine = StandInMachine.of("dgx-a100", folder);
        var observer = observer(MachineOptions.of(machine));
        var random = new Random(SEED);
        int before = look(observer).spec().gpus().size();

        while (true) {
            var files = files(machine.sysfs());
            if (files.isEmpty()) {
                break;
            }
            for (int i = 0; i < Math.max(1, files.size() / 10); i++) {
                Files.deleteIfExists(files.get(random.nextInt(files.size())));
            }

            var seen = look(observer);

            assertThat(seen.spec().gpus()).hasSize(before);
            isWhole(seen, "%d files of sysfs are left".formatted(files.size()));
        }
    }

    private static List<Path> files(Path sysfs) throws IOException {
        try (var files = Files.walk(sysfs)) {
            return files.filter(file -> !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS))
                    .sorted()
                    .toList();
        }
    }

    private Observer observer(AgentOptions options) {
        var observer = new Observer(options);
        observers.add(observer);
        return observer;
    }

    private GpuTopology look(Observer observer) {
        now = now.plus(Observer.INVENTORY_EVERY);
        return observer.observe(now, "");
    }
}
