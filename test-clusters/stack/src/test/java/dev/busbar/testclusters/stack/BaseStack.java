package dev.busbar.testclusters.stack;

import dev.busbar.testclusters.Await;
import dev.busbar.testclusters.Busbar;
import dev.busbar.testclusters.ControlPlane;
import dev.busbar.testclusters.Extra;
import dev.busbar.testclusters.FreePorts;
import dev.busbar.testclusters.Kubectl;
import dev.busbar.testclusters.Nodes;
import dev.busbar.testclusters.Repository;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The base, applied to a real control plane with two GPU machines. Its pods run as KWOK plays them; the programs in them
 * run for real beside it, with the arguments, options and files of the manifests and as the accounts of the manifests.
 */
final class BaseStack {
    static final Duration SOON = Duration.ofSeconds(60);
    static final List<String> MACHINES = List.of("gpu-a", "gpu-b");
    private static final String INVENTORY_OF_AN_ADMINISTRATOR = """
        apiVersion: busbar.dev/v1alpha1
        kind: GpuTopology
        metadata: {name: gpu-b}
        spec: {allocator: busbar}
        """;

    private static final class TheOne {
        private static final BaseStack STACK = new BaseStack();
    }

    private final ControlPlane cluster =
            ControlPlane.start(Extra.CONTROLLER_MANAGER, Extra.KWOK, Extra.AUDIT, Extra.GANGS);
    private final int opsPort = FreePorts.take(1)[0];
    private final Rendered base = Rendered.of(Rendered.MANIFESTS.resolve("base"));
    private final List<RunningAgent> agents;
    private final Busbar busbar;

    /** That of all tests; it ends with this JVM. */
    static BaseStack theOne() {
        return TheOne.STACK;
    }

    private BaseStack() {
        Kubectl.of(cluster).run(ownDefinitions(), "apply", "--server-side", "-f", "-");
        Kubectl.of(cluster)
                .run(
                        "",
                        "apply",
                        "--server-side",
                        "--validate=strict",
                        "-k",
                        Rendered.MANIFESTS.resolve("base").toString());
        MACHINES.forEach(this::addMachine);
        cluster.nodes().add(Nodes.node("plain"));
        cluster.startScheduler();
        Kubectl.of(cluster).run(INVENTORY_OF_AN_ADMINISTRATOR, "apply", "--server-side", "-f", "-");
        agents = MACHINES.stream().map(this::startAgent).toList();
        busbar = startExtender();
        cluster.startScheduler(
                file(base.the(ConfigMap.class, "busbar-scheduler"), "second-scheduler.yaml"),
                busbar.url(),
                account("busbar-system", "busbar-scheduler", Optional.empty()));
    }

    /** Kinds of others that Busbar reads where a cluster has them. */
    private static String ownDefinitions() {
        var folder = Repository.root().resolve("test-clusters/definitions");
        try {
            return Files.readString(folder.resolve("noderesourcetopology.yaml"))
                    + "---\n"
                    + Files.readString(folder.resolve("podgroup.yaml"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    ControlPlane cluster() {
        return cluster;
    }

    Rendered base() {
        return base;
    }

    List<RunningAgent> agents() {
        return agents;
    }

    Busbar busbar() {
        return busbar;
    }

    /** The pods of a namespace as soon as there are that many with a node, all ready. */
    List<Pod> awaitReady(String namespace, int count) {
        return Await.value("%d pods of %s are ready".formatted(count, namespace), SOON, () -> {
            var pods = cluster.client().pods().inNamespace(namespace).list().getItems();
            return pods.size() == count && pods.stream().allMatch(BaseStack::ready)
                    ? Optional.of(pods)
                    : Optional.empty();
        });
    }

    private static boolean ready(Pod pod) {
        return pod.getStatus().getConditions().stream()
                .anyMatch(condition -> condition.getType().equals("Ready")
                        && condition.getStatus().equals("True"));
    }

    private void addMachine(String name) {
        var plain = Nodes.node(name);
        cluster.nodes()
                .add(new NodeBuilder(plain)
                        .editMetadata()
                        .addToLabels("nvidia.com/gpu.present", "true")
                        .addToLabels("topology.kubernetes.io/zone", "zone-of-" + name)
                        .endMetadata()
                        .build());
    }

    /** The agent of the DaemonSet's pod on the node, with that very pod's token. */
    private RunningAgent startAgent(String node) {
        var container = base.the(DaemonSet.class, "busbar-agent")
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .getFirst();
        var agent = RunningAgent.start(
                container,
                node,
                StandInGpus.of("dgx-a100", node, cluster.folder()),
                account("busbar-agent", "busbar-agent", Optional.of(agentPod(node))),
                cluster.logs());
        agent.program().awaitReady(SOON, () -> gpusOn(node) == 8);
        return agent;
    }

    /** How many GPUs the node advertises. */
    long gpusOn(String node) {
        var amount = cluster.client()
                .nodes()
                .withName(node)
                .get()
                .getStatus()
                .getAllocatable()
                .get("busbar.dev/gpu");
        return amount == null ? 0 : amount.getNumericalAmount().longValue();
    }

    Pod agentPod(String node) {
        return Await.value(
                "an agent's pod on " + node,
                SOON,
                () -> cluster.client().pods().inNamespace("busbar-agent").list().getItems().stream()
                        .filter(pod -> node.equals(pod.getSpec().getNodeName()))
                        .findFirst());
    }

    /** Busbar's container. */
    Container extender() {
        return base.the(Deployment.class, "busbar-scheduler")
                .getSpec()
                .getTemplate()
                .getSpec()
                .getInitContainers()
                .getFirst();
    }

    /** What Busbar answers on the port that all may reach. */
    HttpResponse<String> ops(String path) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(opsPort, path)))
                .timeout(SOON)
                .build();
        try (var http = HttpClient.newHttpClient()) {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException("Busbar does not answer on its second port", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private Busbar startExtender() {
        var config = file(base.the(ConfigMap.class, "busbar-extender"), "busbar.yaml");
        var arguments = extender().getArgs().stream()
                .map(argument -> argument.replace("/etc/busbar/busbar.yaml", config.toString()))
                .filter(argument -> !argument.equals("serve"))
                .toList();
        var all = new ArrayList<>(arguments);
        all.add("--kubeconfig=" + account("busbar-system", "busbar-scheduler", Optional.empty()));
        return Busbar.serve(cluster.logs(), all.toArray(String[]::new));
    }

    /** A kubeconfig as the account, bound to the pod where one is given, as the kubelet mounts it. */
    Path account(String namespace, String name, Optional<Pod> pod) {
        var request = new TokenRequestBuilder().withNewSpec().withExpirationSeconds(3600L);
        pod.ifPresent(bound -> request.withNewBoundObjectRef()
                .withApiVersion("v1")
                .withKind("Pod")
                .withName(bound.getMetadata().getName())
                .withUid(bound.getMetadata().getUid())
                .endBoundObjectRef());
        var token = cluster.client()
                .serviceAccounts()
                .inNamespace(namespace)
                .withName(name)
                .tokenRequest(request.endSpec().build())
                .getStatus()
                .getToken();
        var suffix = pod.map(bound -> "-" + bound.getSpec().getNodeName()).orElse("");
        return cluster.kubeconfig(name + suffix + ".kubeconfig", token);
    }

    private Path file(ConfigMap map, String key) {
        try {
            var text = Objects.requireNonNull(map.getData().get(key));
            return Files.writeString(
                    cluster.folder().resolve(key), text.replace("0.0.0.0:9090", "127.0.0.1:" + opsPort));
        } catch (IOException e) {
            throw new IllegalStateException(key + " could not be written", e);
        }
    }
}
