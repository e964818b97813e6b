package dev.busbar.testclusters.node;

import dev.busbar.testclusters.Await;
import dev.busbar.testclusters.ClusterException;
import dev.busbar.testclusters.ControlPlane;
import dev.busbar.testclusters.Program;
import io.fabric8.kubernetes.api.model.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A node whose kubelet, containerd and containers are real, on this machine. It needs root, and a JVM whose network is
 * its own: the tests of `test-clusters/e2e-node` are started so.
 */
public final class RealNode implements AutoCloseable {
    /** An image that every node has; its program prints its environment and stays. */
    public static final String RESIDENT = "busbar.test/resident:1";

    /** A property that is true where the JVM was started in a network of its own. */
    private static final String OWN_NETWORK = "busbar.own-network";

    private static final Duration START = Duration.ofMinutes(2);

    private final ControlPlane cluster;
    private final String name;
    private final NodeFiles files;
    private final NodeSpace space;
    private final Program containerd;
    private Program kubelet;

    private RealNode(ControlPlane cluster, String name, NodeFiles files, NodeSpace space) throws IOException {
        this.cluster = cluster;
        this.name = name;
        this.files = files;
        this.space = space;
        this.containerd = space.start(
                "containerd",
                List.of("containerd", "--config", files.containerd().toString()));
        containerd.awaitReady(START, () -> Files.exists(files.containerdSocket()));
        for (var image : List.of(NodeFiles.PAUSE, RESIDENT)) {
            var folder = Files.createTempDirectory(files.folder(), "image-");
            load(StaticImage.resident(image, folder).archive());
        }
        space.run("cp", files.kubelet().toString(), NodeFiles.KUBELET);
        this.kubelet = startedKubelet();
        awaitReady();
    }

    /**
     * Starts a node and returns when it is Ready and has no taint.
     *
     * @param number different for each node of a cluster, from 1
     */
    public static RealNode start(ControlPlane cluster, String name, int number) {
        refuseTheMachinesNetwork();
        try {
            var folder = Files.createDirectories(cluster.folder().resolve(name));
            var cgroup = "busbar-%d-%s".formatted(ProcessHandle.current().pid(), name);
            var files = new NodeFiles(folder, number, "/" + cgroup);
            files.write();
            Tool.run("ip", "address", "replace", files.address() + "/32", "dev", "lo");
            var space = NodeSpace.open(
                    cgroup, Files.createDirectories(cluster.logs().resolve(name)));
            return new RealNode(cluster, name, files, space);
        } catch (IOException e) {
            throw new ClusterException("the files of node %s could not be written".formatted(name), e);
        }
    }

    /** Addresses and bridges of a node are not to be made in the network that the machine itself uses. */
    private static void refuseTheMachinesNetwork() {
        if (!Boolean.getBoolean(OWN_NETWORK)) {
            throw new ClusterException("""
                a real node needs root and a network of its own, and this JVM has the machine's.
                Maybe run its tests as root, by make e2e-node.\
                """);
        }
    }

    public String name() {
        return name;
    }

    public String address() {
        return files.address();
    }

    /** Files of the node that its programs see under the same path. */
    public Path folder() {
        return files.folder();
    }

    public Path kubeletConfig() {
        return files.kubelet();
    }

    /** Starts a program among the node's processes; it sees the kubelet's sockets where they are on any node. */
    public Program program(String program, List<String> command) {
        return space.start(program, command);
    }

    /** What a program says that does one thing among the node's processes and ends. */
    public String run(String... command) {
        return space.run(command);
    }

    /** Gives the node an image, as `docker save` writes it. */
    public void load(Path archive) {
        run(
                "ctr",
                "--address",
                files.containerdSocket().toString(),
                "--namespace",
                "k8s.io",
                "images",
                "import",
                archive.toString());
    }

    /** Ends the kubelet as a crash would; containers go on. */
    public void killKubelet() {
        kubelet.kill();
    }

    /** Starts the kubelet again after it ended. */
    public void startKubelet() {
        kubelet = startedKubelet();
    }

    private Program startedKubelet() {
        return space.start(
                "kubelet",
                List.of(
                        cluster.program("kubelet"),
                        "--config",
                        NodeFiles.KUBELET,
                        "--kubeconfig",
                        cluster.kubeconfig().toString(),
                        "--root-dir",
                        "/var/lib/kubelet",
                        "--hostname-override",
                        name,
                        "--node-ip",
                        files.address()));
    }

    private void awaitReady() {
        kubelet.awaitReady(START, () -> found().filter(RealNode::isReady).isPresent());
        cluster.nodes().lift(name);
    }

    private Optional<Node> found() {
        return Optional.ofNullable(cluster.client().nodes().withName(name).get());
    }

    private static boolean isReady(Node node) {
        return node.getStatus().getConditions().stream()
                .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True"));
    }

    /** Ends everything of the node at once; its Node object stays. */
    @Override
    public void close() {
        space.close();
    }

    /** Waits until the API server shows the node with a condition of the caller's. */
    public Node await(String what, Duration within, Predicate<Node> condition) {
        return Await.value("node %s: %s".formatted(name, what), within, () -> found().filter(condition));
    }
}
