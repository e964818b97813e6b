package dev.busbar.testclusters.scaling;

import dev.busbar.testclusters.Busbar;
import dev.busbar.testclusters.ControlPlane;
import dev.busbar.testclusters.Extra;
import dev.busbar.testclusters.Kubectl;
import dev.busbar.testclusters.Pods;
import dev.busbar.testclusters.Repository;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/** A control plane with GPU machines that KWOK plays, and the second scheduler as shipped with Busbar beside it. */
final class Stage implements AutoCloseable {
    static final String NAMESPACE = "translation";
    private static final Path ROOT = Repository.root();
    private static final Pattern DOCUMENT_END = Pattern.compile("(?m)^---\\s*$");
    private static final KubernetesSerialization YAML = new KubernetesSerialization();

    private final ControlPlane cluster = ControlPlane.start(Extra.CONTROLLER_MANAGER, Extra.KWOK, Extra.AUTOSCALING);
    private final Busbar busbar;

    /** One machine of each named cluster folder. */
    Stage(List<String> machines) {
        apply(read(ROOT.resolve("manifests/crd/gputopology.yaml")));
        kubectl("wait", "--for=condition=Established", "crd/gputopologies.busbar.dev", "--timeout=60s");
        machines.forEach(this::add);
        busbar = Busbar.serve(cluster);
        cluster.startScheduler(ROOT.resolve("scheduler-config/second-scheduler.yaml"), busbar.url());
    }

    private void add(String machine) {
        var text = read(ROOT.resolve("test-clusters/clusters").resolve(machine).resolve("cluster.yaml"));
        DOCUMENT_END
                .splitAsStream(text)
                .filter(document -> document.lines().anyMatch(line -> !line.isBlank() && !line.startsWith("#")))
                .forEach(document -> {
                    if (YAML.<HasMetadata>unmarshal(document) instanceof Node node) {
                        cluster.nodes().add(node);
                    } else {
                        apply(document);
                    }
                });
    }

    /** Lets a pod of yesterday hold a part of the machine's first GPU. */
    void shareAGpuOf(String node) {
        var pod = Pods.pod("shares-" + node, "busbar-scheduler", Map.of("busbar.dev/gpu-memory", "2Gi"));
        cluster.pods()
                .create(new PodBuilder(pod)
                        .editMetadata()
                        .addToAnnotations("busbar.dev/gpus", "GPU-%s-0".formatted(node))
                        .endMetadata()
                        .editSpec()
                        .withNodeName(node)
                        .endSpec()
                        .build());
    }

    /** The definitions of a neighbour's own objects. */
    void define(Path definitions) {
        kubectl("apply", "--server-side", "-f", definitions.toString());
        kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=60s");
    }

    void apply(String yaml) {
        Kubectl.of(cluster).run(yaml, "apply", "--server-side", "--force-conflicts", "-f", "-");
    }

    String kubectl(String... arguments) {
        return Kubectl.of(cluster).run("", arguments);
    }

    ControlPlane cluster() {
        return cluster;
    }

    Busbar busbar() {
        return busbar;
    }

    /** The pods of a language pair that are not on their way out. */
    List<Pod> translators(String pair) {
        return cluster
                .client()
                .pods()
                .inNamespace(NAMESPACE)
                .withLabel("app.kubernetes.io/instance", pair)
                .list()
                .getItems()
                .stream()
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                .toList();
    }

    static boolean ready(Pod pod) {
        return pod.getStatus().getConditions().stream()
                .anyMatch(condition -> condition.getType().equals("Ready")
                        && condition.getStatus().equals("True"));
    }

    static String node(Pod pod) {
        return Objects.requireNonNullElse(pod.getSpec().getNodeName(), "");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        busbar.close();
        cluster.close();
    }
}
