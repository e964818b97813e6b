package dev.busbar.testclusters.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.testclusters.Repository;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script that sets up a node, on a folder that looks like one. */
class TuneTest {
    private static final Path SCRIPT = Repository.root().resolve("manifests/components/node-tuning/tune");

    @TempDir
    Path host;

    @Test
    void it_sets_what_is_there_once_and_passes_over_what_is_not() throws IOException, InterruptedException {
        write("/sys/kernel/mm/transparent_hugepage/enabled", "[always] madvise never");
        write("/proc/sys/vm/nr_hugepages", "0");
        write("/proc/sys/vm/swappiness", "1");
        write("/sys/block/nvme0n1/queue/scheduler", "[none] mq-deadline");
        write("/sys/block/nvme0n1/queue/read_ahead_kb", "128");
        write("/sys/devices/system/cpu/smt/control", "on");

        var said = tune(Map.of("HUGEPAGES_2M", "1024", "KUBELET", "yes"));

        assertThat(read("/sys/kernel/mm/transparent_hugepage/enabled")).isEqualTo("madvise");
        assertThat(read("/proc/sys/vm/nr_hugepages")).isEqualTo("1024");
        assertThat(read("/sys/block/nvme0n1/queue/read_ahead_kb")).isEqualTo("1024");
        assertThat(read("/etc/kubernetes/kubelet.conf.d/20-busbar.conf")).contains("kind: KubeletConfiguration");
        // SMT was not named, so it stays; NUMA balancing is not here.
        assertThat(read("/sys/devices/system/cpu/smt/control")).isEqualTo("on");
        assertThat(said)
                .contains("/proc/sys/vm/nr_hugepages: 0 -> 1024")
                .contains("/proc/sys/vm/swappiness: 1 already")
                .contains("/sys/block/nvme0n1/queue/scheduler: none already")
                .contains("/proc/sys/kernel/numa_balancing: not here, passed over");
        assertThat(tune(Map.of("HUGEPAGES_2M", "1024"))).contains("/proc/sys/vm/nr_hugepages: 1024 already");
    }

    private void write(String file, String value) throws IOException {
        var path = host.resolve(file.substring(1));
        Files.createDirectories(path.getParent());
        Files.writeString(path, value + "\n");
    }

    private String read(String file) throws IOException {
        return Files.readString(host.resolve(file.substring(1))).strip();
    }

    private String tune(Map<String, String> environment) throws IOException, InterruptedException {
        var builder = new ProcessBuilder("sh", SCRIPT.toString()).redirectErrorStream(true);
        builder.environment().put("HOST", host.toString());
        builder.environment().putAll(environment);
        var process = builder.start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }
}
