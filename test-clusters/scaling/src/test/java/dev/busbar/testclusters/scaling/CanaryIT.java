package dev.busbar.testclusters.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.testclusters.Await;
import dev.busbar.testclusters.scaling.TranslatorPage.Version;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The overlay {@code canary} under the real controller of Argo Rollouts and a real Prometheus. Every duration in it is
 * divided by one number, and nothing else is changed.
 */
@Tag("needs-prometheus")
class CanaryIT {
    private static final int FASTER = 40;
    private static final Pattern DURATION = Pattern.compile("(?<![-\\w.])(\\d+)(s|m)\\b");
    private static final Duration SOON = Duration.ofMinutes(3);
    private static final String NAME = "translator-en-de";
    private static final String PAIR = "en-de";

    @TempDir
    static Path folder;

    private static Stage stage;
    private static TranslatorPage page;
    private static Prometheus prometheus;

    @BeforeAll
    static void start() {
        stage = new Stage(List.of("a40", "dgx-1v", "dgx-a100", "hgx-h100"));
        page = new TranslatorPage(() -> stage.translators(PAIR));
        prometheus = Prometheus.start(folder, stage.cluster().logs(), """
            global: {scrape_interval: 250ms, scrape_timeout: 250ms}
            scrape_configs:
              - job_name: translator
                honor_labels: true
                static_configs: [{targets: ["%s"]}]
            """.formatted(page.authority()));
        Rollouts.start(stage);
        stage.apply(Overlay.of("canary")
                .withoutMonitors()
                .asking(prometheus.url())
                .changed(CanaryIT::hurried)
                .yaml());
        Await.until("the first version runs", SOON, () -> phase().equals("Healthy"));
    }

    @AfterAll
    static void stop() {
        stage.close();
        prometheus.close();
        page.close();
    }

    /** What was tried is taken back, so that the next test begins with a healthy Rollout. */
    @AfterEach
    void forget() {
        deploy(stableImage());
        Await.until("the Rollout is healthy", SOON, () -> phase().equals("Healthy") && !aborted());
        stage.kubectl("delete", "analysisruns", "--all", "-n", Stage.NAMESPACE);
    }

    @Test
    void a_good_version_is_promoted() {
        var start = System.nanoTime();

        deploy(image(Version.GOOD));
        Await.until(
                "it is promoted",
                SOON,
                () -> phase().equals("Healthy")
                        && stableImage().equals(image(Version.GOOD))
                        && images().stream().allMatch(image(Version.GOOD)::equals));

        System.out.printf("canary: a good version is promoted after %.1f s%n", seconds(start));
        assertThat(findings()).isEmpty();
        assertThat(stage.translators(PAIR))
                .hasSize(2)
                .allSatisfy(
                        pod -> assertThat(pod.getMetadata().getAnnotations()).containsKey("busbar.dev/gpus"));
    }

    @ParameterizedTest
    @CsvSource({"SLOW, p99-above-1s", "FAILING, errors-above-5-percent", "IDLE, gpu-below-20-percent"})
    void a_bad_version_is_rolled_back(Version version, String finding) {
        var before = stableImage();
        var start = System.nanoTime();

        deploy(image(version));
        Await.until("pods of it run", SOON, () -> images().contains(image(version)));
        Await.until(
                "it is rolled back",
                SOON,
                () -> aborted() && images().size() == 2 && images().stream().allMatch(before::equals));

        System.out.printf("canary: %s is rolled back after %.1f s for %s%n", version, seconds(start), findings());
        assertThat(findings()).containsExactly(finding);
        assertThat(stableImage()).isEqualTo(before);
    }

    private static String hurried(String document) {
        return document.contains("apiVersion: argoproj.io/")
                ? DURATION.matcher(document).replaceAll(duration -> {
                    var seconds = Integer.parseInt(duration.group(1))
                            * (duration.group(2).equals("m") ? 60 : 1);
                    return seconds * 1000 / FASTER + "ms";
                })
                : document;
    }

    private static String image(Version version) {
        return "busbar/%s:%s".formatted(NAME, version.tag());
    }

    private static void deploy(String image) {
        var patch = """
            [{"op": "replace", "path": "/spec/template/spec/containers/0/image", "value": "%s"}]\
            """.formatted(image);
        stage.kubectl("patch", "rollout", NAME, "-n", Stage.NAMESPACE, "--type=json", "-p", patch);
    }

    private static List<String> images() {
        return stage.translators(PAIR).stream()
                .filter(Stage::ready)
                .map(pod -> pod.getSpec().getContainers().getFirst().getImage())
                .toList();
    }

    private static GenericKubernetesResource rollout() {
        return stage.cluster()
                .client()
                .genericKubernetesResources("argoproj.io/v1alpha1", "Rollout")
                .inNamespace(Stage.NAMESPACE)
                .withName(NAME)
                .get();
    }

    private static String phase() {
        return Objects.requireNonNullElse(rollout().get("status", "phase"), "");
    }

    private static boolean aborted() {
        return Objects.requireNonNullElse(rollout().get("status", "abort"), false);
    }

    /** Of the ReplicaSet that the Rollout would go back to. */
    private static String stableImage() {
        String hash = rollout().get("status", "stableRS");
        return stage
                .cluster()
                .client()
                .apps()
                .replicaSets()
                .inNamespace(Stage.NAMESPACE)
                .withLabel("rollouts-pod-template-hash", hash)
                .list()
                .getItems()
                .stream()
                .filter(set -> set.getMetadata().getName().startsWith(NAME))
                .map(set -> set.getSpec()
                        .getTemplate()
                        .getSpec()
                        .getContainers()
                        .getFirst()
                        .getImage())
                .findFirst()
                .orElse("");
    }

    /** The metrics by which an analysis has failed. */
    private static List<String> findings() {
        return stage
                .cluster()
                .client()
                .genericKubernetesResources("argoproj.io/v1alpha1", "AnalysisRun")
                .inNamespace(Stage.NAMESPACE)
                .list()
                .getItems()
                .stream()
                .flatMap(run -> results(run).stream())
                .filter(result -> "Failed".equals(result.get("phase")))
                .map(result -> (String) result.get("name"))
                .toList();
    }

    private static List<Map<String, Object>> results(GenericKubernetesResource run) {
        return Objects.requireNonNullElse(run.get("status", "metricResults"), List.of());
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }
}
