package dev.busbar.testclusters.e2enode;

import dev.busbar.testclusters.Await;
import dev.busbar.testclusters.Busbar;
import dev.busbar.testclusters.ControlPlane;
import dev.busbar.testclusters.Pods;
import dev.busbar.testclusters.Repository;
import dev.busbar.testclusters.node.RealNode;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Everything that takes part: control plane, scheduler and Busbar as shipped, and nodes that run what they are given. */
final class Stage implements AutoCloseable {
    static final Duration SOON = Duration.ofSeconds(60);
    private static final Path ROOT = Repository.root();
    private static final Path POLICY = ROOT.resolve("manifests/admission/visible-devices.yaml");

    private final ControlPlane cluster = ControlPlane.start();
    private final Busbar busbar;
    private final Deque<GpuNode> nodes = new ArrayDeque<>();

    Stage() {
        cluster.apply(ROOT.resolve("manifests/crd/gputopology.yaml"));
        busbar = Busbar.serve(cluster);
        cluster.startScheduler(ROOT.resolve("scheduler-config/second-scheduler.yaml"), busbar.url());
        applyThePolicy();
    }

    /** The API server takes up a policy some time after it was made. */
    void applyThePolicy() {
        cluster.apply(POLICY);
        Await.until("the admission policy acts", SOON, this::policyActs);
    }

    void dropThePolicy() {
        try (var yaml = Files.newInputStream(POLICY)) {
            cluster.client().load(yaml).delete();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Await.until("the admission policy is gone", SOON, () -> !policyActs());
    }

    private boolean policyActs() {
        var probe = cluster.pods().create(Pods.pod("probe", "nobody", Map.of("busbar.dev/gpu", "1")));
        cluster.pods().delete("probe");
        return !probe.getSpec().getContainers().getFirst().getEnv().isEmpty();
    }

    /** How many whole GPUs Busbar could give out now, of both kinds: the largest pods that would fit. */
    int free() {
        return largest("busbar.dev/gpu") + largest("nvidia.com/gpu");
    }

    private int largest(String resource) {
        for (int gpus = 8; gpus > 0; gpus--) {
            if (!ask(resource, gpus).path("chosen").isNull()) {
                return gpus;
            }
        }
        return 0;
    }

    private JsonNode ask(String resource, int gpus) {
        return json(busbar.post("/what-if", """
            {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "probe"}, "spec": {"containers": [
              {"name": "main", "resources": {"limits": {"%s": "%d"}}}]}}
            """.formatted(resource, gpus)));
    }

    /** What `explain` says the pod really holds. */
    Set<String> seen(String pod) {
        return json(busbar.get("/explain/default/" + pod))
                .path("devices")
                .path("seen")
                .valueStream()
                .map(JsonNode::asString)
                .collect(Collectors.toSet());
    }

    private static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text);
    }

    /** How many pods' devices were compared with that outcome. */
    long checks(String outcome) {
        return (long) busbar.metric("busbar_device_checks_total", "outcome=\"%s\"".formatted(outcome))
                .orElse(0);
    }

    /** Brings a node with the GPUs of a stand-in machine; returns when Busbar could place pods there. */
    GpuNode bring(String name, String machine, GpuNode.Giver giver) {
        var node = GpuNode.start(cluster, name, nodes.size() + 1, machine, giver);
        nodes.push(node);
        return node;
    }

    ControlPlane cluster() {
        return cluster;
    }

    Busbar busbar() {
        return busbar;
    }

    /** Creates a pod whose container says its environment; returns it when that runs. */
    Pod run(String name, Map<String, String> asks) {
        cluster.pods().create(resident(name, asks));
        return awaitRunning(name);
    }

    Pod awaitRunning(String name) {
        return Await.value(
                "pod %s runs".formatted(name),
                SOON,
                () -> cluster.pods()
                        .find(name)
                        .filter(pod -> "Running".equals(pod.getStatus().getPhase())));
    }

    static Pod resident(String name, Map<String, String> asks) {
        return new PodBuilder(Pods.pod(name, "busbar-scheduler", asks))
                .editSpec()
                .editFirstContainer()
                .withImage(RealNode.RESIDENT)
                .endContainer()
                .endSpec()
                .build();
    }

    /** What the pod's program found in its environment under that name. */
    List<String> environment(String pod, String variable) {
        return Await.value(
                        "pod %s has said its environment".formatted(pod),
                        SOON,
                        () -> Stream.of(log(pod))
                                .filter(log -> log.contains("PATH="))
                                .findFirst())
                .lines()
                .filter(line -> line.startsWith(variable + "="))
                .map(line -> line.substring(variable.length() + 1))
                .toList();
    }

    private String log(String pod) {
        try {
            return cluster.client().pods().inNamespace("default").withName(pod).getLog();
        } catch (KubernetesClientException e) {
            return "";
        }
    }

    static String annotation(Pod pod, String key) {
        return pod.getMetadata().getAnnotations().getOrDefault(key, "");
    }

    @Override
    public void close() {
        nodes.forEach(GpuNode::close);
        busbar.close();
        cluster.close();
    }
}
