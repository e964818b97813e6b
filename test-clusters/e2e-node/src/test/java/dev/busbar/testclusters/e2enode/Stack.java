package dev.busbar.testclusters.e2enode;

import dev.busbar.testclusters.Await;
import dev.busbar.testclusters.ClusterException;
import dev.busbar.testclusters.ControlPlane;
import dev.busbar.testclusters.Extra;
import dev.busbar.testclusters.Kubectl;
import dev.busbar.testclusters.Passage;
import dev.busbar.testclusters.Repository;
import dev.busbar.testclusters.node.DevicePlugin;
import dev.busbar.testclusters.node.RealNode;
import dev.busbar.testclusters.node.StandInMachine;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All that `kubectl apply -k manifests/base` brings, in containers on one node; only the control plane is beside it. */
final class Stack implements AutoCloseable {
    static final String NODE = "gpu-node";
    static final String PAIR = "app.kubernetes.io/instance";
    static final Duration SOON = Duration.ofMinutes(3);

    private static final Path OVERLAY = Repository.root().resolve("test-clusters/e2e-node/stack");
    /** Where the overlay looks for what a node with GPUs has. */
    private static final String STAND_IN = "/var/lib/kubelet/stand-in";

    private final ControlPlane cluster = ControlPlane.start(Extra.CONTROLLER_MANAGER);
    private final Kubectl kubectl = Kubectl.of(cluster);
    private final Passage address = ServiceAddress.of(cluster);
    private final Deque<RealNode> nodes = new ArrayDeque<>();
    private final Path busbarImage;
    private final StandInMachine machine;
    private final Duration untilReady;

    Stack(String machine) {
        var schedulerImage = kubectl.kustomize(OVERLAY)
                .lines()
                .map(String::strip)
                .filter(line -> line.startsWith("image:") && line.contains("/kube-scheduler:"))
                .map(line -> line.replaceFirst("image: *", ""))
                .findFirst()
                .orElseThrow();
        var images = Images.build(cluster, schedulerImage);
        busbarImage = images.busbar();
        var node = started(NODE);
        images.archives().forEach(node::load);
        this.machine = plugged(node, machine);
        cluster.startScheduler();

        long applied = System.nanoTime();
        kubectl.run("", "apply", "--server-side", "--validate=strict", "-k", OVERLAY.toString());
        label(NODE);
        awaitReady("busbar-agent", 1);
        awaitReady("busbar-system", 1);
        awaitReady("translation", 2);
        untilReady = Duration.ofNanos(System.nanoTime() - applied);
    }

    private RealNode started(String name) {
        var node = RealNode.start(cluster, name, nodes.size() + 1);
        nodes.push(node);
        return node;
    }

    private void label(String node) {
        cluster.client().nodes().withName(node).edit(fresh -> {
            fresh.getMetadata().getLabels().put("nvidia.com/gpu.present", "true");
            return fresh;
        });
    }

    /** Adds a node whose GPUs the stock device plugin's stand-in gives out; returns when its agent is ready. */
    void addStockNode(String name, String machine) {
        var node = started(name);
        node.load(busbarImage);
        DevicePlugin.start(node, plugged(node, machine));
        label(name);
        awaitReady("busbar-agent", nodes.size());
    }

    /** As on a node with a driver: its library under the name that programs ask for. */
    private static StandInMachine plugged(RealNode node, String name) {
        try {
            var standIn =
                    StandInMachine.of(name, Files.createDirectory(node.folder().resolve("machine")));
            Files.createSymbolicLink(
                    standIn.folder().resolve("libnvidia-ml.so.1"),
                    standIn.library().getFileName());
            node.run("mkdir", STAND_IN);
            node.run("mount", "--bind", standIn.folder().toString(), STAND_IN);
            return standIn;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    ControlPlane cluster() {
        return cluster;
    }

    StandInMachine machine() {
        return machine;
    }

    Duration untilReady() {
        return untilReady;
    }

    /** The pods of a namespace as soon as there are that many, all ready. */
    List<Pod> awaitReady(String namespace, int count) {
        try {
            return Await.value("%d pods of %s are ready".formatted(count, namespace), SOON, () -> {
                var pods = pods(namespace);
                return pods.size() == count && pods.stream().allMatch(Stack::isReady)
                        ? Optional.of(pods)
                        : Optional.empty();
            });
        } catch (ClusterException e) {
            throw new ClusterException(e.getMessage() + "\n" + whatIsThere(namespace), e);
        }
    }

    List<Pod> pods(String namespace) {
        return cluster.client().pods().inNamespace(namespace).list().getItems();
    }

    /** What the node's agent has seen a pod hold. */
    Set<String> seen(Pod pod) {
        var topology = cluster.client()
                .genericKubernetesResources("busbar.dev/v1alpha1", "GpuTopology")
                .withName(pod.getSpec().getNodeName())
                .get();
        List<Map<String, Object>> pods = topology.get("status", "pods");
        return Stream.ofNullable(pods)
                .flatMap(List::stream)
                .filter(held -> pod.getMetadata().getUid().equals(held.get("uid"))
                        || pod.getMetadata().getName().equals(held.get("name")))
                .flatMap(held -> ((List<?>) held.getOrDefault("gpus", List.of())).stream())
                .map(String.class::cast)
                .collect(Collectors.toSet());
    }

    static boolean isReady(Pod pod) {
        return pod.getStatus().getConditions().stream()
                .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True"));
    }

    Pod translator(String pair) {
        return pods("translation").stream()
                .filter(pod ->
                        Objects.equals(pair, pod.getMetadata().getLabels().get(PAIR)))
                .findFirst()
                .orElseThrow();
    }

    static ContainerStatus main(Pod pod) {
        return pod.getStatus().getContainerStatuses().getFirst();
    }

    /** What a command says that runs in a container. */
    String exec(Pod pod, String container, String... command) {
        var name = pod.getMetadata();
        var start = Stream.of("exec", "-n", name.getNamespace(), name.getName(), "-c", container, "--");
        return kubectl.run("", Stream.concat(start, Stream.of(command)).toArray(String[]::new));
    }

    /** What a pod's only container has said. */
    String log(Pod pod) {
        var name = pod.getMetadata();
        return kubectl.run("", "logs", "-n", name.getNamespace(), name.getName());
    }

    /** For the one who reads a failure: the node goes, and the logs of its containers with it. */
    private String whatIsThere(String namespace) {
        var said = new StringBuilder(kubectl.run("", "get", "pods,events", "-A", "-o", "wide"));
        for (var pod : pods(namespace)) {
            try {
                var name = pod.getMetadata().getName();
                said.append(
                        kubectl.run("", "logs", "-n", namespace, name, "--all-containers", "--prefix", "--tail", "40"));
            } catch (ClusterException e) {
                said.append(e.getMessage());
            }
        }
        return said.toString();
    }

    @Override
    public void close() {
        nodes.forEach(RealNode::close);
        address.close();
        cluster.close();
    }
}
