package dev.busbar.testclusters.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.testclusters.Await;
import dev.busbar.testclusters.Busbar;
import dev.busbar.testclusters.ControlPlane;
import dev.busbar.testclusters.Kubectl;
import dev.busbar.testclusters.Nodes;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real Prometheus scrapes a running extender, a running agent and a running translator, and answers each query of the
 * manifests.
 */
@Tag("needs-prometheus")
class MonitoringIT {
    private static final Rendered BASE = Rendered.of(Rendered.MANIFESTS.resolve("base"));
    private static final String POD = """
        {"metadata": {"name": "watched", "namespace": "default", "uid": "watched"},
         "spec": {"containers": [{"name": "main", "resources": {"limits": {"busbar.dev/gpu": "1"}}}]}}\
        """;

    @TempDir
    static Path folder;

    private static Busbar busbar;
    private static RunningTranslator translator;
    private static ControlPlane cluster;
    private static RunningAgent agent;
    private static Prometheus prometheus;

    @BeforeAll
    static void start() throws IOException {
        busbar = Busbar.serve(folder, "--cluster", "demo");
        // An answer of each verb; what they say does not matter here.
        var nodes = "\"Nodes\": null, \"NodeNames\": [\"dgx-1\"]";
        busbar.post("/filter", "{\"Pod\": %s, %s}".formatted(POD, nodes));
        busbar.post("/prioritize", "{\"Pod\": %s, %s}".formatted(POD, nodes));
        busbar.post(
                "/bind",
                "{\"PodName\": \"watched\", \"PodNamespace\": \"default\", \"PodUID\": \"watched\", \"Node\":"
                        + " \"dgx-1\"}");
        var container = BASE.the(StatefulSet.class, "translator-en-de")
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .getFirst();
        var settings = Files.writeString(
                folder.resolve("settings.yaml"),
                BASE.the(ConfigMap.class, "translator-settings").getData().get("settings.yaml"));
        var gpus = StandInGpus.of("l40s", "watched", folder);
        translator = RunningTranslator.start(container, settings, gpus, folder.resolve("translator.log"));
        assertThat(translator.translate("The ship departs on Monday.")).isEqualTo(200);
        cluster = ControlPlane.start();
        agent = startAgent();
        prometheus = new Prometheus(
                List.of(
                        new Prometheus.Target(agent.ops(), Map.of("job", "busbar-agent", "node", "watched")),
                        new Prometheus.Target(busbar.url(), Map.of("job", "busbar-scheduler")),
                        new Prometheus.Target(
                                translator.url(),
                                Map.of(
                                        "job",
                                        "translator",
                                        "pair",
                                        "en-de",
                                        "pod",
                                        "translator-en-de-0",
                                        "rollouts_pod_template_hash",
                                        "abc"))),
                folder);
    }

    /** One GPU of its machine is lost. */
    private static RunningAgent startAgent() throws IOException {
        Kubectl.of(cluster)
                .run(
                        "",
                        "apply",
                        "-f",
                        Rendered.MANIFESTS.resolve("crd/gputopology.yaml").toString());
        cluster.nodes().add(Nodes.node("watched"));
        var machine = StandInGpus.of("hgx-h100", "agent", folder);
        Files.writeString(machine.folder().resolve("machine.txt"), "xid 3 79\n", StandardOpenOption.APPEND);
        var container = BASE.the(DaemonSet.class, "busbar-agent")
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .getFirst();
        var running = RunningAgent.start(container, "watched", machine, cluster.kubeconfig(), folder);
        running.program().awaitReady(Duration.ofMinutes(1), () -> running.status("/readyz") == 200);
        return running;
    }

    @AfterAll
    static void stop() {
        prometheus.close();
        agent.close();
        cluster.close();
        translator.close();
        busbar.close();
    }

    private static List<Expression> expressions() {
        try (var overlays = Files.list(Rendered.MANIFESTS.resolve("overlays"))) {
            return Stream.concat(Stream.of(Rendered.MANIFESTS.resolve("base")), overlays)
                    .flatMap(overlay -> Expression.of(Rendered.of(overlay).objects()).stream())
                    .distinct()
                    .toList();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void every_metric_that_a_manifest_names_is_exported() {
        var exported = prometheus.metrics();

        var missing = new TreeSet<String>();
        expressions()
                .forEach(expression -> expression.metrics().stream()
                        .filter(metric -> !exported.contains(metric))
                        .forEach(metric -> missing.add("%s (%s)".formatted(metric, expression.where()))));

        assertThat(expressions()).hasSizeGreaterThan(20);
        assertThat(missing).isEmpty();
    }

    @Test
    void every_label_that_a_manifest_names_is_one_of_its_metric() {
        var missing = new TreeSet<String>();
        for (var expression : expressions()) {
            expression.labelled().stream()
                    .filter(series -> prometheus.query(series).isEmpty())
                    .forEach(series -> missing.add("%s (%s)".formatted(series, expression.where())));
        }

        assertThat(missing).isEmpty();
    }

    @Test
    void every_panel_shows_something() {
        var panels = expressions().stream()
                .filter(expression -> expression.where().startsWith("ConfigMap"))
                .toList();

        assertThat(panels).hasSizeGreaterThan(10);
        // Rates need two scrapes.
        for (var panel : panels) {
            Await.until(
                    panel.where() + " to show something",
                    Duration.ofSeconds(30),
                    () -> !prometheus.query(panel.promql()).isEmpty());
        }
    }

    @Test
    void every_query_is_one() {
        for (var expression : expressions()) {
            assertThat(prometheus.query(expression.promql()))
                    .as(expression.where())
                    .isNotNull();
        }
    }

    @Test
    void the_gpu_use_is_that_of_the_driver_also_after_a_garbage_collection() throws IOException, InterruptedException {
        translator.collectGarbage();
        var collected = Instant.now().getEpochSecond();

        // By a sample that was taken since.
        var use = Await.value(
                "a scrape since the collection",
                Duration.ofSeconds(30),
                () -> prometheus
                        .query("translator_device_utilization_ratio{device=\"0\"} and on (instance)"
                                + " timestamp(translator_requests_waiting) > %d".formatted(collected + 1))
                        .stream()
                        .findFirst());

        assertThat(use).asString().contains("0.37");
    }

    @Test
    void the_gpus_are_those_that_the_agent_sees() {
        Await.until(
                "the lost GPU is told from the seven others",
                Duration.ofSeconds(30),
                () -> prometheus
                                        .query("busbar_agent_gpus{health=\"lost\",node=\"watched\"} == 1")
                                        .size()
                                == 1
                        && prometheus
                                        .query("busbar_agent_gpus{health=\"healthy\"} == 7")
                                        .size()
                                == 1);
    }

    @Test
    void what_is_no_metric_is_told_from_what_is() {
        var expression = new Expression("", "sum by (pair) (rate(a_total{b=\"c\"}[5m])) / max_over_time(d[1h]) > 0.5");

        assertThat(expression.metrics()).isEqualTo(Set.of("a_total", "d"));
        assertThat(expression.labelled()).isEqualTo(Set.of("a_total{b!=\"\"}", "a_total{pair!=\"\"}", "d{pair!=\"\"}"));
    }
}
