package dev.busbar.testclusters;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LeashIT {
    private static final Duration SOON = Duration.ofSeconds(30);

    @Test
    void a_killed_jvm_leaves_no_process_and_no_folder_behind() throws IOException {
        var java = ProcessHandle.current().info().command().orElseThrow();
        var jvm = Leash.start(
                new ProcessBuilder(java, "-cp", System.getProperty("java.class.path"), HeldCluster.class.getName())
                        .redirectError(ProcessBuilder.Redirect.INHERIT));
        try (var said = jvm.inputReader()) {
            var folder = Path.of(said.readLine());
            var started = programsOf(jvm);

            jvm.destroyForcibly();

            Await.until("its programs are gone", SOON, () -> started.stream().noneMatch(ProcessHandle::isAlive));
            Await.until("its folder is gone", SOON, () -> !Files.exists(folder));
            // etcd, API server, controller manager, KWOK, scheduler, and the shell that holds them
            assertThat(started).hasSize(6);
        }
    }

    private static List<ProcessHandle> programsOf(Process jvm) {
        return jvm.descendants().toList();
    }
}
