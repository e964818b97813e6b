package dev.busbar.agent.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client against a gRPC server on a Unix socket; a real kubelet's socket is read end to end elsewhere. */
class PodResourcesTest {

    private static final Duration SHORT = Duration.ofMillis(500);
    private static final Duration AMPLE = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    @Test
    void devices_and_cpus_are_told_by_container() throws IOException {
        // PodResources{name, namespace, containers{name, devices{resource, ids}, devices{...}, cpu_ids packed}}
        var devices = message(1, text("nvidia.com/gpu")) + message(2, text("GPU-a")) + message(2, text("GPU-b"));
        var more = message(1, text("nvidia.com/gpu")) + message(2, text("GPU-c"));
        var container = message(1, text("main")) + message(2, devices) + message(2, more) + message(3, "0102ac02");
        var pod = message(1, text("p1")) + message(2, text("team")) + message(3, container);
        try (var _ = serve(message(1, pod), message(2, "000102ac02"))) {

            var answer = ask();

            assertThat(answer)
                    .isEqualTo(new PodResources.Answer.Told(
                            List.of(new ContainerDevices(
                                    "team",
                                    "p1",
                                    "main",
                                    Map.of("nvidia.com/gpu", List.of("GPU-a", "GPU-b", "GPU-c")),
                                    Set.of(1, 2, 300))),
                            Set.of(0, 1, 2, 300)));
        }
    }

    @Test
    void a_kubelet_that_tells_no_cpus_is_believed_about_devices() throws IOException {
        var pod = StandInKubelet.pod("team", "p1", "nvidia.com/gpu", "GPU-a");
        try (var kubelet = serve(pod, "")) {
            kubelet.turns(StandInKubelet.Manner.WITHOUT_CPUS);

            var answer = ask();

            assertThat(answer).isInstanceOfSatisfying(PodResources.Answer.Told.class, told -> {
                assertThat(told.containers()).hasSize(1);
                assertThat(told.allocatableCpus()).isEmpty();
            });
        }
    }

    @Test
    void a_socket_that_hangs_is_left_after_the_time_out() throws IOException {
        try (var kubelet = serve("", "")) {
            kubelet.turns(StandInKubelet.Manner.SILENT);
            var started = System.nanoTime();

            var answer = ask(SHORT);

            assertThat(answer).isEqualTo(new PodResources.Answer.Silent("the kubelet's PodResources socket hangs"));
            assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(AMPLE);
        }
    }

    @Test
    void no_socket_no_server_and_no_protobuf_are_told_apart() throws IOException {
        assertThat(ask()).isEqualTo(new PodResources.Answer.Silent("the kubelet's PodResources socket does not exist"));

        Files.createFile(folder.resolve("kubelet.sock"));
        assertThat(ask())
                .isEqualTo(new PodResources.Answer.Silent("the kubelet's PodResources socket does not answer"));
        Files.delete(folder.resolve("kubelet.sock"));

        try (var _ = serve("0a7f00", "")) {
            assertThat(ask())
                    .isEqualTo(new PodResources.Answer.Silent("the kubelet's PodResources answer can't be read"));
        }
    }

    @Test
    void random_bytes_are_read_or_refused_and_nothing_else() {
        var random = new Random(7);
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            var bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            if (bytes.length > 2) {
                bytes[0] = 0x0a; // looks like a pod
                bytes[1] = (byte) (bytes.length - 2);
            }
            try {
                PodResourcesList.containers(bytes);
                PodResourcesList.allocatableCpus(bytes);
            } catch (IOException _) {
                refused++;
            }
        }
        assertThat(refused).isBetween(10_000, 20_000);
    }

    private PodResources.Answer ask() {
        return ask(AMPLE);
    }

    private PodResources.Answer ask(Duration timeout) {
        try (var client = new PodResources(folder.resolve("kubelet.sock"), timeout)) {
            return client.list();
        }
    }

    private StandInKubelet serve(String list, String allocatable) throws IOException {
        var kubelet = StandInKubelet.at(folder.resolve("kubelet.sock"));
        kubelet.says(HexFormat.of().parseHex(list), HexFormat.of().parseHex(allocatable));
        return kubelet;
    }

    private static String message(int field, String content) {
        return StandInKubelet.message(field, content);
    }

    private static String text(String text) {
        return StandInKubelet.text(text);
    }
}
