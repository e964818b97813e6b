package dev.busbar.testclusters.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.testclusters.Await;
import dev.busbar.testclusters.Certificates;
import dev.busbar.testclusters.ControlPlane;
import dev.busbar.testclusters.Kubectl;
import dev.busbar.testclusters.Nodes;
import dev.busbar.testclusters.Pods;
import dev.busbar.testclusters.Repository;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The cluster's own kube-scheduler, started with the arguments of kubeadm's static pod (as kubeadm wrote it, in
 * test-clusters/kubeadm) after our patches, on a folder that plays /etc/kubernetes.
 */
class DefaultSchedulerIT {
    private static final Path ROOT = Repository.root();
    private static final Path SHIPPED = ROOT.resolve("scheduler-config");

    private static ControlPlane cluster;
    private static Replica busbar;
    private static Pod patched;

    @BeforeAll
    static void start() throws IOException {
        patched = patchedPod();
        cluster = ControlPlane.start();
        Scene.define(cluster);
        cluster.client()
                .namespaces()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName("busbar-system")
                        .endMetadata()
                        .build())
                .create();
        var machine = Machine.of("dgx-a100", "with-gpus");
        cluster.client().resource(machine.topology()).create();
        cluster.nodes().add(machine.node());
        cluster.nodes().add(Nodes.node("plain"));
        var certificates = Certificates.make(cluster.folder().resolve("certificates"));
        busbar = Replica.start(
                cluster, ROOT.resolve("manifests/components/separate/busbar.yaml"), certificates, "busbar-separate");
        Await.until("Busbar decides", Scene.SOON, busbar::ready);
        cluster.startScheduler(arguments(host(certificates)));
    }

    @AfterAll
    static void stop() {
        busbar.close();
        cluster.close();
    }

    private static Pod patchedPod() {
        var kubectl = Kubectl.offline();
        var pod = kubectl.run(
                "",
                "patch",
                "--local",
                "-f",
                ROOT.resolve("test-clusters/kubeadm/kube-scheduler.yaml").toString(),
                "--type=json",
                "--patch-file=" + SHIPPED.resolve("kubeadm/kube-scheduler0+json.yaml"),
                "-o=yaml");
        return new KubernetesSerialization()
                .unmarshal(
                        kubectl.run(
                                pod,
                                "patch",
                                "--local",
                                "-f=-",
                                "--type=strategic",
                                "--patch-file=" + SHIPPED.resolve("kubeadm/kube-scheduler1+strategic.yaml"),
                                "-o=yaml"),
                        Pod.class);
    }

    /** What an administrator lays out on the host. */
    private static Path host(Certificates certificates) throws IOException {
        var kubernetes = Files.createDirectories(cluster.folder().resolve("etc-kubernetes"));
        Files.copy(cluster.kubeconfig(), kubernetes.resolve("scheduler.conf"));
        var own = Files.createDirectories(kubernetes.resolve("busbar"));
        for (var file : List.of("ca.crt", "tls.crt", "tls.key")) {
            Files.copy(certificates.ofScheduler().resolve(file), own.resolve(file));
        }
        var shipped = Files.readString(SHIPPED.resolve("default-scheduler.yaml"));
        Files.writeString(
                own.resolve("scheduler.yaml"),
                shipped.replace("/etc/kubernetes", kubernetes.toString())
                        .replace(
                                "https://busbar-extender.busbar-system.svc:8888",
                                busbar.url().toString()));
        return kubernetes;
    }

    private static List<String> arguments(Path kubernetes) {
        return patched.getSpec().getContainers().getFirst().getCommand().stream()
                .skip(1)
                .map(argument -> argument.replace("/etc/kubernetes", kubernetes.toString()))
                .toList();
    }

    @Test
    void what_the_arguments_name_is_mounted() {
        var container = patched.getSpec().getContainers().getFirst();

        assertThat(container.getCommand()).contains("--config=/etc/kubernetes/busbar/scheduler.yaml");
        assertThat(container.getVolumeMounts())
                .anyMatch(mount -> mount.getMountPath().equals("/etc/kubernetes/busbar") && mount.getReadOnly());
        assertThat(patched.getSpec().getVolumes())
                .anyMatch(volume -> volume.getHostPath().getPath().equals("/etc/kubernetes/busbar"));
    }

    @Test
    void gpu_pods_wait_for_busbar_and_other_pods_never_meet_it() {
        cluster.pods().create(pod("pair", Map.of("busbar.dev/gpu", "2")));
        var pair = Held.of(cluster.pods().awaitBound("pair", Scene.SOON));

        busbar.freeze();
        cluster.pods().create(pod("waits", Map.of("busbar.dev/gpu-memory", "1Gi")));
        var why = cluster.pods().awaitUnschedulable("waits", Scene.SOON);
        cluster.pods().create(pod("plain", Map.of("cpu", "1")));
        cluster.pods().awaitBound("plain", Scene.SOON);
        busbar.goOn();
        var share = Held.of(cluster.pods().awaitBound("waits", Scene.SOON));

        assertThat(pair.gpus()).hasSize(2);
        assertThat(why.getReason()).isEqualTo("SchedulerError");
        assertThat(share.gpus()).hasSize(1).doesNotContainAnyElementsOf(pair.gpus());
    }

    private static Pod pod(String name, Map<String, String> asks) {
        return Pods.pod(name, "default-scheduler", asks);
    }
}
