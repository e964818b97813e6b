package dev.busbar.testclusters;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** A real Kubernetes control plane on loopback, in a folder of its own. It ends with this JVM at the latest. */
public final class ControlPlane implements AutoCloseable {
    /** Generous, since the machine may be busy with other builds: seconds are usual. */
    private static final Duration START = Duration.ofMinutes(3);

    /** Deleting hundreds of pods is one request. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final String AUDIT_POLICY = """
        apiVersion: audit.k8s.io/v1
        kind: Policy
        omitStages: [RequestReceived]
        rules:
          - level: Metadata
            userGroups: ["system:serviceaccounts"]
          - level: None
        """;

    private final Binaries binaries;
    private final Path folder;
    private final Path logs;
    private final Set<Extra> extras;
    private final Credentials credentials;
    private final Deque<Program> programs = new ArrayDeque<>();
    private final KubernetesClient client;

    private ControlPlane(Binaries binaries, Path folder, Path logs, Set<Extra> extras) throws IOException {
        this.binaries = binaries;
        this.folder = folder;
        this.logs = logs;
        this.extras = extras;
        this.credentials = Credentials.create(folder);
        var ports = FreePorts.take(3);
        startEtcd(ports[0], ports[1]);
        this.client = startApiServer(ports[0], ports[2]);
        if (extras.contains(Extra.CONTROLLER_MANAGER)) {
            startControllerManager();
        }
        if (extras.contains(Extra.KWOK)) {
            startKwok();
        }
    }

    /** Starts etcd, the API server and the extras, and returns when they serve. */
    public static ControlPlane start(Extra... extras) {
        var chosen = EnumSet.noneOf(Extra.class);
        chosen.addAll(Arrays.asList(extras));
        var binaries = Binaries.find();
        try {
            var folder = Files.createTempDirectory("busbar-control-plane-");
            Leash.remove(folder);
            return new ControlPlane(binaries, folder, logFolder(), chosen);
        } catch (IOException e) {
            throw new ClusterException("the control plane's folder could not be written", e);
        }
    }

    /** Logs outlive the cluster's folder: they are for the one who reads a failure. */
    private static Path logFolder() throws IOException {
        var target = Path.of("target").toAbsolutePath();
        return Files.createTempDirectory(Files.createDirectories(target), "control-plane-logs-");
    }

    /** Applies a manifest as an administrator does; returns when the kinds that it defines are served. */
    public void apply(Path manifest) {
        try (var yaml = Files.newInputStream(manifest)) {
            for (var object : client.load(yaml).serverSideApply()) {
                if (object instanceof CustomResourceDefinition definition) {
                    var name = definition.getMetadata().getName();
                    Await.until(name + " is served", PATIENCE, () -> isServed(name));
                }
            }
        } catch (IOException e) {
            throw new ClusterException("manifest %s could not be read".formatted(manifest), e);
        }
    }

    private boolean isServed(String definition) {
        var found = client.apiextensions()
                .v1()
                .customResourceDefinitions()
                .withName(definition)
                .get();
        return Stream.ofNullable(found.getStatus())
                .flatMap(status -> Stream.ofNullable(status.getConditions()))
                .flatMap(List::stream)
                .anyMatch(
                        c -> c.getType().equals("Established") && c.getStatus().equals("True"));
    }

    /** As cluster administrator; it is closed with the control plane. */
    public KubernetesClient client() {
        return client;
    }

    /** A file for the cluster administrator. */
    public Path kubeconfig() {
        return credentials.kubeconfig();
    }

    /** A file for a service account, which acts as a pod of it would. */
    public Path kubeconfig(String name, String token) {
        try {
            return credentials.writeKubeconfig(name, client.getMasterUrl().toString(), token);
        } catch (IOException e) {
            throw new ClusterException("the kubeconfig of %s could not be written".formatted(name), e);
        }
    }

    /** One JSON object per request, with the extra {@link Extra#AUDIT}. */
    public Path auditLog() {
        return folder.resolve("audit.log");
    }

    /** The path of one of its programs, to start what belongs to a node. */
    public String program(String name) {
        return binaries.program(name);
    }

    /** Where each program's log is. */
    public Path logs() {
        return logs;
    }

    /** A folder of this cluster for a test's own files; it goes with the cluster. */
    public Path folder() {
        return folder;
    }

    public Nodes nodes() {
        return new Nodes(client, extras);
    }

    public Pods pods() {
        return new Pods(client);
    }

    /** The scheduler as it comes, without an extender. */
    public Program startScheduler() {
        return startScheduler(List.of("--kubeconfig", kubeconfig().toString(), "--leader-elect=false"));
    }

    /** The scheduler with a configuration file in which only urlPrefix and kubeconfig are replaced. */
    public Program startScheduler(Path config, URI extender) {
        return startScheduler(config, extender, kubeconfig());
    }

    /** The same under another account than the administrator's. */
    public Program startScheduler(Path config, URI extender, Path kubeconfig) {
        try {
            var file = Files.createTempFile(folder, "scheduler-", ".yaml");
            Files.writeString(file, new SchedulerConfig(config).pointedAt(extender, kubeconfig));
            return startScheduler(List.of("--config", file.toString()));
        } catch (IOException e) {
            throw new ClusterException("the scheduler's configuration could not be written", e);
        }
    }

    /** The scheduler with these arguments, but for where it listens. */
    public Program startScheduler(List<String> arguments) {
        var port = FreePorts.take(1)[0];
        var all = new ArrayList<>(arguments);
        all.addAll(List.of("--bind-address", "127.0.0.1", "--secure-port", Integer.toString(port)));
        gangs(all);
        var scheduler = start("kube-scheduler", all);
        scheduler.awaitReady(START, () -> FreePorts.answers(port));
        return scheduler;
    }

    private void startEtcd(int clients, int peers) {
        var peer = "http://127.0.0.1:" + peers;
        var etcd = start(
                "etcd",
                List.of(
                        "--data-dir",
                        folder.resolve("etcd").toString(),
                        "--unsafe-no-fsync",
                        "--quota-backend-bytes",
                        "4294967296",
                        "--listen-client-urls",
                        etcdUrl(clients),
                        "--advertise-client-urls",
                        etcdUrl(clients),
                        "--listen-peer-urls",
                        peer,
                        "--initial-advertise-peer-urls",
                        peer,
                        "--initial-cluster",
                        "default=" + peer));
        etcd.awaitReady(START, () -> FreePorts.answers(clients));
    }

    private static String etcdUrl(int port) {
        return "http://127.0.0.1:" + port;
    }

    private KubernetesClient startApiServer(int etcd, int port) throws IOException {
        var arguments = new ArrayList<>(List.of(
                "--etcd-servers",
                etcdUrl(etcd),
                "--bind-address",
                "127.0.0.1",
                "--advertise-address",
                "127.0.0.1",
                "--secure-port",
                Integer.toString(port),
                "--cert-dir",
                folder.toString(),
                "--endpoint-reconciler-type",
                "none",
                "--service-cluster-ip-range",
                "10.0.0.0/24",
                "--authorization-mode",
                "RBAC",
                "--token-auth-file",
                credentials.tokens().toString(),
                "--service-account-issuer",
                "https://kubernetes.default.svc",
                "--service-account-key-file",
                credentials.serviceAccountPublicKey().toString(),
                "--service-account-signing-key-file",
                credentials.serviceAccountKey().toString(),
                "--allow-privileged",
                "--kubelet-preferred-address-types",
                "InternalIP",
                "--max-requests-inflight",
                "3000",
                "--max-mutating-requests-inflight",
                "1000"));
        if (!extras.contains(Extra.CONTROLLER_MANAGER)) {
            // Nobody makes the service accounts that this one asks for.
            arguments.addAll(List.of("--disable-admission-plugins", "ServiceAccount"));
        }
        if (extras.contains(Extra.GANGS)) {
            arguments.addAll(List.of("--runtime-config", "scheduling.k8s.io/v1beta1=true"));
        }
        if (extras.contains(Extra.AUDIT)) {
            var policy = Files.writeString(folder.resolve("audit-policy.yaml"), AUDIT_POLICY);
            arguments.addAll(List.of(
                    "--audit-policy-file",
                    policy.toString(),
                    "--audit-log-path",
                    auditLog().toString()));
        }
        if (extras.contains(Extra.AUTOSCALING)) {
            arguments.addAll(frontProxy());
        }
        gangs(arguments);
        var server = start("kube-apiserver", arguments);
        server.awaitReady(START, () -> Files.exists(credentials.certificate()) && FreePorts.answers(port));
        credentials.writeKubeconfig(port);
        var config = Config.fromKubeconfig(Files.readString(kubeconfig()));
        config.setRequestTimeout((int) PATIENCE.toMillis());
        var connected = new KubernetesClientBuilder().withConfig(config).build();
        server.awaitReady(START, () -> saysOk(connected));
        return connected;
    }

    /** Who the API server is where it passes a request on to another one. */
    private List<String> frontProxy() {
        var proxy = SelfSigned.create(folder, "front-proxy");
        return List.of(
                "--requestheader-client-ca-file",
                proxy.certificate().toString(),
                "--requestheader-allowed-names",
                "front-proxy",
                "--requestheader-username-headers",
                "X-Remote-User",
                "--requestheader-group-headers",
                "X-Remote-Group",
                "--requestheader-extra-headers-prefix",
                "X-Remote-Extra-",
                "--proxy-client-cert-file",
                proxy.certificate().toString(),
                "--proxy-client-key-file",
                proxy.key().toString());
    }

    private static boolean saysOk(KubernetesClient client) {
        try {
            return "ok".equals(client.raw("/readyz"));
        } catch (KubernetesClientException e) {
            return false;
        }
    }

    private void startControllerManager() {
        var arguments = new ArrayList<>(List.of(
                "--kubeconfig",
                kubeconfig().toString(),
                "--authentication-kubeconfig",
                kubeconfig().toString(),
                "--authorization-kubeconfig",
                kubeconfig().toString(),
                "--service-account-private-key-file",
                credentials.serviceAccountKey().toString(),
                "--root-ca-file",
                credentials.certificate().toString(),
                "--use-service-account-credentials",
                "--leader-elect=false",
                "--bind-address",
                "127.0.0.1",
                "--secure-port",
                "0"));
        if (!extras.contains(Extra.KWOK)) {
            // They judge missing kubelets.
            arguments.addAll(List.of("--controllers", "*,-node-lifecycle-controller,-node-ipam-controller"));
        }
        if (extras.contains(Extra.AUTOSCALING)) {
            arguments.addAll(List.of(
                    "--horizontal-pod-autoscaler-sync-period",
                    "2s",
                    "--horizontal-pod-autoscaler-downscale-stabilization",
                    "5s"));
        }
        gangs(arguments);
        var manager = start("kube-controller-manager", arguments);
        manager.awaitReady(
                START,
                () -> client.serviceAccounts()
                                .inNamespace("default")
                                .withName("default")
                                .get()
                        != null);
    }

    private void startKwok() {
        var port = FreePorts.take(1)[0];
        var kwok = start(
                "kwok",
                List.of(
                        "--kubeconfig",
                        kubeconfig().toString(),
                        "--config",
                        binaries.folder().resolve("kwok-stages.yaml").toString(),
                        "--manage-nodes-with-annotation-selector",
                        Nodes.KWOK_ANNOTATION + "=fake",
                        "--node-lease-duration-seconds",
                        "40",
                        "--server-address",
                        "127.0.0.1:" + port));
        kwok.awaitReady(START, () -> FreePorts.answers(port));
    }

    private void gangs(List<String> arguments) {
        if (extras.contains(Extra.GANGS)) {
            arguments.addAll(List.of("--feature-gates", "GenericWorkload=true"));
        }
    }

    private Program start(String name, List<String> arguments) {
        var command = new ArrayList<>(List.of(binaries.program(name)));
        command.addAll(arguments);
        var program = Program.start(name, logs.resolve(name + ".log"), command);
        programs.push(program);
        return program;
    }

    /** Nothing in it is to be kept, so nobody is asked to end in order. */
    @Override
    public void close() {
        client.close();
        programs.forEach(Program::kill);
    }
}
