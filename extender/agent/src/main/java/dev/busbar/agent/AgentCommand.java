package dev.busbar.agent;

import dev.busbar.agent.nvml.XidWatch;
import dev.busbar.agent.ops.OpsListener;
import dev.busbar.agent.ops.OpsPages;
import dev.busbar.agent.publish.ApiServer;
import dev.busbar.agent.publish.CountedCluster;
import dev.busbar.agent.publish.KubeCluster;
import dev.busbar.agent.publish.NodeWatch;
import dev.busbar.files.gputopology.GpuTopologyCodec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code busbar agent}: publishes what this node's GPUs are, how they are wired and how they are used. */
@Command(
        name = "agent",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Publishes this node's GPUs, their links and their use as the node's GpuTopology object.",
        footer = {"", "Example: busbar agent --once -o yaml"})
public final class AgentCommand implements Callable<Integer> {

    private static final Logger LOG = LoggerFactory.getLogger(AgentCommand.class);

    @Spec
    @Nullable
    CommandSpec command;

    @Option(names = "--once", description = "Look once, print the object and end; needs no cluster.")
    boolean once;

    @Option(
            names = "--node",
            paramLabel = "NAME",
            description = "The node's name; default: the variable NODE_NAME, else the host's name.")
    @Nullable
    String node;

    @Option(names = "--kubeconfig", paramLabel = "FILE", description = "Default: the pod's own service account.")
    @Nullable
    Path kubeconfig;

    @Option(
            names = "--allocator",
            paramLabel = "WHO",
            description = "Who gives out this node's GPUs: device-plugin or busbar. Default: what the object says; else"
                    + " device-plugin where the node has nvidia.com/gpu, or busbar.")
    String allocator = "";

    @Option(names = "--sysfs", paramLabel = "DIR", description = "Default: ${DEFAULT-VALUE}")
    Path sysfs = Path.of("/sys");

    @Option(names = "--proc", paramLabel = "DIR", description = "Default: ${DEFAULT-VALUE}")
    Path proc = Path.of("/proc");

    @Option(names = "--nvml", paramLabel = "FILE", description = "Default: libnvidia-ml.so.1, found by the loader.")
    String nvml = "";

    @Option(names = "--pod-resources", paramLabel = "SOCKET", description = "Default: ${DEFAULT-VALUE}")
    Path podResources = Path.of("/var/lib/kubelet/pod-resources/kubelet.sock");

    @Option(names = "--kubelet-config", paramLabel = "FILE", description = "Default: ${DEFAULT-VALUE}")
    Path kubeletConfig = Path.of("/var/lib/kubelet/config.yaml");

    @Option(
            names = "--ops",
            paramLabel = "HOST:PORT",
            description = "Serves /healthz, /readyz and /metrics there; default: nowhere.")
    String ops = "";

    @Option(names = "-o", paramLabel = "FORMAT", description = "yaml, the only one there is.")
    String format = "yaml";

    @Override
    public Integer call() throws InterruptedException {
        check();
        var options = new AgentOptions(nodeName(), allocator, nvml, sysfs, proc, podResources, kubeletConfig);
        try (var observer = new Observer(options)) {
            return once ? printOnce(observer) : run(observer, options);
        }
    }

    private int run(Observer observer, AgentOptions options) throws InterruptedException {
        try (var server = connect()) {
            var woken = new AtomicReference<Runnable>(() -> {});
            try (var watch =
                    new NodeWatch(server, options.node(), () -> woken.get().run())) {
                var cluster = new CountedCluster(new KubeCluster(server));
                var agent = new Agent(observer, options, cluster, watch::view, InstantSource.system());
                woken.set(agent::wake);
                watch.start();
                new XidWatch(nvml, (uuid, xid) -> {
                            observer.health().xid(uuid, xid);
                            agent.wake();
                        })
                        .start();
                listen(new OpsPages(agent::vitals, cluster, InstantSource.system()));
                var ended = new CountDownLatch(1);
                endBySignal(agent, ended);
                LOG.info("Agent runs node={} period={}", options.node(), Agent.PERIOD);
                agent.run();
                ended.countDown();
                return 0;
            }
        }
    }

    /** For as long as the process lives. */
    private void listen(OpsPages pages) {
        if (ops.isEmpty()) {
            return;
        }
        try {
            var _ = OpsListener.start(ops, pages);
        } catch (IllegalArgumentException e) {
            throw wrongUse(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw wrongUse("""
                --ops (%s) can't be listened on: %s
                Maybe another process has it; port 0 takes any that is free.\
                """.formatted(ops, e.getMessage()));
        }
    }

    private ApiServer connect() {
        try {
            return ApiServer.connect(Optional.ofNullable(kubeconfig));
        } catch (IllegalArgumentException e) {
            throw wrongUse(String.valueOf(e.getMessage()));
        }
    }

    /** SIGTERM stops the loop; the process ends with 0 when the loop has. */
    private static void endBySignal(Agent agent, CountDownLatch ended) {
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> {
            agent.stop();
            try {
                Runtime.getRuntime().halt(ended.await(5, TimeUnit.SECONDS) ? 0 : 1);
            } catch (InterruptedException _) {
                Runtime.getRuntime().halt(1);
            }
        }));
    }

    private int printOnce(Observer observer) {
        var out = commandLine().getOut();
        out.print(GpuTopologyCodec.toYaml(observer.observe(Instant.now(), allocator)));
        out.flush();
        return 0;
    }

    private void check() {
        if (!format.equals("yaml")) {
            throw wrongUse("-o (%s) must be yaml".formatted(format));
        }
        if (!allocator.matches("|device-plugin|busbar")) {
            throw wrongUse("--allocator (%s) must be device-plugin or busbar".formatted(allocator));
        }
        if (!Files.isDirectory(sysfs)) {
            throw wrongUse("--sysfs (%s) is not a folder".formatted(sysfs));
        }
    }

    private CommandLine.ParameterException wrongUse(String message) {
        return new CommandLine.ParameterException(commandLine(), message);
    }

    private CommandLine commandLine() {
        return Objects.requireNonNull(command).commandLine();
    }

    private String nodeName() {
        var fromEnvironment = System.getenv("NODE_NAME");
        if (node != null) {
            return node;
        }
        return fromEnvironment != null ? fromEnvironment : hostName();
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName().toLowerCase(Locale.ROOT);
        } catch (UnknownHostException _) {
            return "localhost";
        }
    }
}
