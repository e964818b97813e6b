package dev.busbar.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.files.gputopology.GpuTopologyCodec;
import dev.busbar.testclusters.node.StandInMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The agent on each machine of test-clusters/agent writes the object that stands there. */
class MachinesIT {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    Path folder;

    static List<String> machines() throws IOException {
        try (var folders = Files.list(StandInMachine.MACHINES)) {
            return folders.map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("machines")
    void the_agent_writes_the_object_that_the_folder_holds(String machine) throws IOException {
        var standIn = StandInMachine.of(machine, folder);

        var written = written(standIn);

        var expected = StandInMachine.MACHINES.resolve(machine).resolve("expected.yaml");
        if (Boolean.getBoolean("update")) {
            Files.writeString(expected, written);
        }
        assertThat(written).isEqualTo(Files.readString(expected));
    }

    @Test
    void every_file_beside_the_machines_is_read() throws IOException {
        try (var files = Files.walk(StandInMachine.MACHINES)) {
            assertThat(files.filter(Files::isRegularFile)
                            .map(file -> file.getFileName().toString()))
                    .containsOnly("machine.txt", "expected.yaml")
                    .hasSize(2 * machines().size());
        }
    }

    private static String written(StandInMachine standIn) {
        try (var observer = new Observer(MachineOptions.of(standIn))) {
            var topology = observer.observe(NOW, "");
            assertThat(GpuTopologyCodec.fromYaml(GpuTopologyCodec.toYaml(topology)))
                    .isEqualTo(topology);
            return GpuTopologyCodec.toYaml(topology);
        }
    }
}
