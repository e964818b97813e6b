package dev.busbar.agent.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.files.gputopology.PodDevices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VisibleDevicesTest {

    private static final String POD = "11111111-2222-4333-8444-555555555555";
    private static final List<String> GPUS = List.of("GPU-a", "GPU-b", "GPU-c");

    @TempDir
    Path proc;

    @Test
    void the_environment_tells_uuids_numbers_and_all() throws IOException {
        process(10, 1, "pod" + POD, "A=1\0NVIDIA_VISIBLE_DEVICES=GPU-c,1\0B=2\0");
        process(11, 1, "pod99999999-2222-4333-8444-555555555555", "NVIDIA_VISIBLE_DEVICES=all\0");

        assertThat(new VisibleDevices(proc).read(GPUS))
                .containsExactly(
                        held(POD, "GPU-b", "GPU-c"),
                        held("99999999-2222-4333-8444-555555555555", "GPU-a", "GPU-b", "GPU-c"));
    }

    @Test
    void what_holds_nothing_or_is_of_no_pod_is_left_out() throws IOException {
        process(10, 1, "pod" + POD, "NVIDIA_VISIBLE_DEVICES=void\0");
        process(11, 1, "pod" + POD, "NVIDIA_VISIBLE_DEVICES=none\0");
        process(12, 1, "pod" + POD, "OTHER_NVIDIA_VISIBLE_DEVICES=all\0");
        process(13, 1, "user.slice", "NVIDIA_VISIBLE_DEVICES=all\0");
        process(14, 1, "pod" + POD, "NVIDIA_VISIBLE_DEVICES=7,GPU-of-another-node\0");
        Files.createDirectories(proc.resolve("15")); // ends while we look

        assertThat(new VisibleDevices(proc).read(GPUS)).isEmpty();
    }

    @Test
    void a_process_that_ends_is_forgotten_and_a_reused_id_is_noticed() throws IOException {
        process(10, 1, "pod" + POD, "NVIDIA_VISIBLE_DEVICES=GPU-a\0");
        process(11, 1, "pod" + POD, "NVIDIA_VISIBLE_DEVICES=GPU-b\0");
        var devices = new VisibleDevices(proc);
        assertThat(devices.read(GPUS)).containsExactly(held(POD, "GPU-a", "GPU-b"));

        for (var file : List.of("stat", "cgroup", "environ", ".")) {
            Files.delete(proc.resolve("11").resolve(file).normalize());
        }
        process(10, 2, "user.slice", "");

        assertThat(devices.read(GPUS)).as("read again only now and then").containsExactly(held(POD, "GPU-a"));
        for (int i = 0; i < 11; i++) {
            devices.read(GPUS);
        }
        assertThat(devices.read(GPUS)).isEmpty();
    }

    @Test
    void a_container_counts_once_its_own_program_runs() throws IOException {
        process(10, "runc:[2:INIT]", 1, "pod" + POD, "_LIBCONTAINER_INITTYPE=standard\0");
        var devices = new VisibleDevices(proc);
        assertThat(devices.read(GPUS)).isEmpty();

        process(10, "java", 1, "pod" + POD, "NVIDIA_VISIBLE_DEVICES=GPU-a\0");

        assertThat(devices.read(GPUS)).containsExactly(held(POD, "GPU-a"));
    }

    private static PodDevices held(String uid, String... gpus) {
        return new PodDevices("", "", uid, List.of(gpus), PodDevices.CONTAINER);
    }

    private void process(int pid, int started, String group, String environment) throws IOException {
        process(pid, "a ) b", started, group, environment);
    }

    private void process(int pid, String name, int started, String group, String environment) throws IOException {
        var folder = Files.createDirectories(proc.resolve(Integer.toString(pid)));
        Files.writeString(folder.resolve("cgroup"), "0::/kubepods/" + group + "/c1\n");
        Files.writeString(folder.resolve("environ"), environment);
        var before = "S 1" + " 0".repeat(17);
        Files.writeString(folder.resolve("stat"), pid + " (" + name + ") " + before + " " + started + " 0 0\n");
    }
}
