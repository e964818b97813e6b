package dev.busbar.server.kube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.core.cluster.ClusterState;
import dev.busbar.core.cluster.Holding;
import dev.busbar.core.topology.Allocator;
import dev.busbar.core.topology.GpuSet;
import dev.busbar.core.topology.TopologySource;
import dev.busbar.core.verbs.PodWriter.Standing;
import dev.busbar.core.verbs.PodWriter.WriteOutcome;
import dev.busbar.core.verbs.Promise;
import dev.busbar.core.workload.Annotations;
import dev.busbar.core.workload.GpuAsk;
import dev.busbar.core.workload.Pod;
import dev.busbar.core.workload.PodKey;
import dev.busbar.core.workload.ResourceNames;
import dev.busbar.server.lease.LeaseRecord;
import dev.busbar.server.lease.Tenure;
import dev.busbar.testclusters.Await;
import dev.busbar.testclusters.ControlPlane;
import dev.busbar.testclusters.Nodes;
import dev.busbar.testclusters.Pods;
import dev.busbar.testclusters.Repository;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** The watch and the writer against a real API server. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class KubeClusterIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final KubeConfig CONFIG = new KubeConfig(
            Duration.ofSeconds(10), Duration.ofMillis(200), Duration.ofSeconds(30), Duration.ofSeconds(5));
    private static ControlPlane plane;

    private ClusterState state;
    private KubeCluster cluster;

    @BeforeAll
    static void startPlane() {
        plane = ControlPlane.start();
    }

    @AfterAll
    static void stopPlane() {
        plane.close();
    }

    @BeforeEach
    void start() {
        state = new ClusterState();
        cluster = new KubeCluster(
                KubeClients.connect(Optional.of(plane.kubeconfig()), CONFIG), CONFIG, ResourceNames.DEFAULT);
        cluster.start(state);
        Await.until("the cluster is read", SOON, () -> cluster.missing().isEmpty());
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private static String uid(String pod) {
        return plane.pods().find(pod).orElseThrow().getMetadata().getUid();
    }

    private static Promise promise(PodKey pod, String node) {
        return new Promise(Pod.of(pod, GpuAsk.whole(2)), node, Map.of(Annotations.GPUS, "GPU-0,GPU-1"));
    }

    /** What the pod holds of the described node. */
    private Optional<Holding> held(String uid) {
        return state.snapshot().node("described").flatMap(node -> node.holdingOf(uid));
    }

    @Test
    @Order(1)
    void without_the_resource_a_node_is_known_by_its_count_and_topologies_are_taken_in_once_there_are_some()
            throws IOException {
        plane.nodes().add(Nodes.node("counted", Map.of("nvidia.com/gpu", "4")));
        plane.nodes().add(Nodes.node("described"));
        Await.until("the nodes are seen", SOON, () -> state.snapshot().size() == 2);
        var counted = state.snapshot().node("counted").orElseThrow();

        applyTopology();
        Await.until(
                "the topology is seen",
                SOON,
                () -> state.snapshot()
                        .node("described")
                        .filter(node -> node.topology().source() == TopologySource.GPU_TOPOLOGY)
                        .isPresent());

        var described = state.snapshot().node("described").orElseThrow();
        assertThat(counted.topology().gpus()).hasSize(4);
        assertThat(counted.topology().allocator()).isEqualTo(Allocator.DEVICE_PLUGIN);
        assertThat(counted.facts().labels()).containsEntry("kubernetes.io/hostname", "counted");
        assertThat(described.topology().allocator()).isEqualTo(Allocator.BUSBAR);
        assertThat(described.free()).isEqualTo(GpuSet.of(0, 1));
        assertThat(cluster.age()).isLessThan(Duration.ofSeconds(5));
    }

    private static void applyTopology() throws IOException {
        KubernetesClient client = plane.client();
        try (var crd = Files.newInputStream(Repository.root().resolve("manifests/crd/gputopology.yaml"))) {
            client.load(crd).create();
        }
        var object = new KubernetesSerialization().unmarshal("""
            apiVersion: busbar.dev/v1alpha1
            kind: GpuTopology
            metadata: {name: described}
            spec:
              gpus:
                - {index: 0, uuid: GPU-0, product: NVIDIA A100-SXM4-80GB, memory: 80Gi}
                - {index: 1, uuid: GPU-1, product: NVIDIA A100-SXM4-80GB, memory: 80Gi}
              links: ["X NV4", "NV4 X"]
            """, GenericKubernetesResource.class);
        Await.until("the resource takes objects", SOON, () -> {
            try {
                client.resource(object).create();
                return true;
            } catch (KubernetesClientException e) {
                return false;
            }
        });
    }

    @Test
    @Order(2)
    void one_binding_carries_the_node_and_the_devices() {
        plane.pods().create(Pods.pod("whole", "nobody", Map.of("busbar.dev/gpu", "2", "cpu", "1")));
        var key = new PodKey("default", "whole", uid("whole"));
        Await.until("the pod is seen", SOON, () -> state.waiting(key.uid()).isPresent());

        var first = cluster.writer(Tenure.always()).bind(promise(key, "described"));
        var again = cluster.writer(Tenure.always()).bind(promise(key, "counted"));

        assertThat(first).isEqualTo(new WriteOutcome.Done());
        assertThat(again).isEqualTo(new WriteOutcome.AlreadyBound("described", List.of("GPU-0", "GPU-1")));
        assertThat(cluster.writer(Tenure.always()).read(key))
                .isEqualTo(new Standing.OnNode("described", List.of("GPU-0", "GPU-1")));
        var pod = plane.pods().find("whole").orElseThrow();
        assertThat(pod.getSpec().getNodeName()).isEqualTo("described");
        assertThat(pod.getMetadata().getAnnotations()).containsEntry("busbar.dev/gpus", "GPU-0,GPU-1");
        Await.until("the watch shows it", SOON, () -> held(key.uid()).isPresent());
        assertThat(held(key.uid()).orElseThrow())
                .isInstanceOf(Holding.Bound.class)
                .extracting(Holding::gpus)
                .isEqualTo(GpuSet.of(0, 1));

        plane.pods().delete("whole");
        Await.until("the GPUs are free again", SOON, () -> held(key.uid()).isEmpty());
        assertThat(cluster.writer(Tenure.always()).read(key)).isEqualTo(new Standing.Gone());
    }

    @Test
    @Order(3)
    void a_pod_that_was_created_anew_is_not_bound_in_the_place_of_the_old_one() {
        plane.pods().create(Pods.pod("anew", "nobody", Map.of()));
        var old = new PodKey("default", "anew", "11111111-2222-3333-4444-555555555555");

        var outcome = cluster.writer(Tenure.always()).bind(promise(old, "described"));

        assertThat(outcome).isInstanceOf(WriteOutcome.Refused.class);
        assertThat(cluster.writer(Tenure.always()).read(old)).isEqualTo(new Standing.Gone());
        assertThat(cluster.writer(Tenure.always()).read(new PodKey("default", "anew", uid("anew"))))
                .isEqualTo(new Standing.Waiting());
        plane.pods().delete("anew");
    }

    @Test
    @Order(4)
    void a_pod_that_does_not_exist_is_refused() {
        var outcome = cluster.writer(Tenure.always()).bind(promise(new PodKey("default", "nobody", "u"), "described"));

        assertThat(outcome).isInstanceOf(WriteOutcome.Refused.class);
    }

    @Test
    @Order(4)
    void a_binding_that_comes_after_another_has_taken_over_is_refused() {
        plane.pods().create(Pods.pod("late", "nobody", Map.of("busbar.dev/gpu", "2")));
        var key = new PodKey("default", "late", uid("late"));
        var looks = new AtomicInteger();
        try (var clients = KubeClients.connect(Optional.of(plane.kubeconfig()), CONFIG)) {
            // The other one takes over right after the last look at our tenure.
            var fence = new KubePodWriter.Fence(
                    pod -> Optional.of(plane.pods()
                            .find("late")
                            .orElseThrow()
                            .getMetadata()
                            .getResourceVersion()),
                    () -> looks.incrementAndGet() == 1 && cluster.takeOver()
                            ? Optional.empty()
                            : Optional.of("another decides"));
            var outcome = new KubePodWriter(clients.writing(), Optional.of(fence)).bind(promise(key, "described"));

            assertThat(outcome).isEqualTo(new WriteOutcome.Refused("another decides"));
            assertThat(looks).hasValue(2);
            assertThat(cluster.writer(Tenure.always()).read(key)).isEqualTo(new Standing.Waiting());
        }
        plane.pods().delete("late");
    }

    @Test
    @Order(4)
    void a_binding_of_a_pod_that_was_changed_meanwhile_is_done_while_we_decide() {
        plane.pods().create(Pods.pod("changed", "nobody", Map.of("busbar.dev/gpu", "2")));
        var key = new PodKey("default", "changed", uid("changed"));
        try (var clients = KubeClients.connect(Optional.of(plane.kubeconfig()), CONFIG)) {
            var fence = new KubePodWriter.Fence(pod -> Optional.of("1"), Optional::empty);
            var outcome = new KubePodWriter(clients.writing(), Optional.of(fence)).bind(promise(key, "described"));

            assertThat(outcome).isEqualTo(new WriteOutcome.Done());
        }
        plane.pods().delete("changed");
    }

    @Test
    @Order(5)
    void a_write_that_nobody_answers_is_neither_done_nor_refused() throws IOException {
        var text = Files.readString(plane.kubeconfig()).replaceAll("server: .*", "server: https://127.0.0.1:9");
        var nowhere = Files.writeString(Path.of("target", "nowhere.kubeconfig"), text);
        try (var clients = KubeClients.connect(Optional.of(nowhere), CONFIG)) {
            var writer = new KubePodWriter(clients.writing(), Optional.empty());
            var key = new PodKey("default", "a", "u");

            assertThat(writer.bind(promise(key, "described"))).isInstanceOf(WriteOutcome.Unknown.class);
            assertThat(writer.read(key)).isInstanceOf(Standing.Unreadable.class);
        }
    }

    @Test
    @Order(6)
    void a_lease_is_written_by_who_saw_it_last() {
        var leases = cluster.leases("default", "busbar").orElseThrow();
        var ours = new LeaseRecord("a", Duration.ofSeconds(15), 0, "");

        var before = leases.read();
        var created = leases.write(ours);
        var createdTwice = leases.write(ours);
        var seen = leases.read().orElseThrow();
        var taken = leases.write(new LeaseRecord("b", Duration.ofSeconds(15), 1, seen.version()));
        var late = leases.write(new LeaseRecord("a", Duration.ofSeconds(15), 0, seen.version()));
        var after = leases.read().orElseThrow();

        assertThat(before).isEmpty();
        assertThat(List.of(created, createdTwice, taken, late)).containsExactly(true, false, true, false);
        assertThat(seen).isEqualTo(new LeaseRecord("a", Duration.ofSeconds(15), 0, seen.version()));
        assertThat(after.holder()).isEqualTo("b");
        assertThat(after.transitions()).isEqualTo(1);
    }

    @Test
    @Order(7)
    void all_pods_can_be_read_anew_and_one_that_the_watch_has_missed_is_taken_in() {
        plane.pods().create(Pods.pod("read-anew", "nobody", Map.of("busbar.dev/gpu", "1")));
        var other = new ClusterState();
        var fresh = new KubeCluster(
                KubeClients.connect(Optional.of(plane.kubeconfig()), CONFIG), CONFIG, ResourceNames.DEFAULT);
        fresh.start(other);

        var read = fresh.takeOver();

        assertThat(read).isTrue();
        assertThat(other.waiting(uid("read-anew"))).isPresent();
        fresh.close();
        plane.pods().delete("read-anew");
    }
}
