package dev.busbar.testclusters.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.testclusters.Await;
import dev.busbar.testclusters.Program;
import dev.busbar.testclusters.Translator;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The overlay {@code autoscaling} with everything in it real but the machines: a translator that has more to do than it
 * can, Prometheus, KEDA, the HPA controller, kube-scheduler and Busbar.
 */
@Tag("needs-prometheus")
class AutoscalingIT {
    private static final Duration SOON = Duration.ofMinutes(2);
    private static final String PAIR = "en-de";
    private static final int WAITING = 500;
    private static final int REPLICAS = 5;

    /** On these a GPU is shared already, so that a share of one breaks no whole GPU: Busbar ranks them first. */
    private static final List<String> BEGUN = List.of("a100-quad", "dgx-1v", "dgx-a100", "gb200", "hgx-h100");

    @TempDir
    static Path folder;

    private static ConfigMapVolume settings;
    private static Translator translator;
    private static Prometheus prometheus;
    private static Stage stage;

    @BeforeAll
    static void start() {
        settings = new ConfigMapVolume(folder.resolve("volume"), settings(3000));
        translator = Translator.serve(
                "translator",
                folder,
                "--models",
                DemoModels.of(PAIR, folder.resolve("models")).toString(),
                "--workers",
                "1",
                "--config",
                settings.file().toString());
        stage = new Stage(
                List.of("a100-pcie", "a100-quad", "a40", "dgx-1v", "dgx-a100", "gb200-tray", "hgx-h100", "l40s"));
        prometheus = Prometheus.start(
                folder, stage.cluster().logs(), """
                    global: {scrape_interval: 1s}
                    scrape_configs:
                      - job_name: translator
                        static_configs:
                          - targets: ["%s"]
                            labels: {pair: %s, namespace: %s, pod: translator-%2$s-0}
                    """.formatted(translator.url().getAuthority(), PAIR, Stage.NAMESPACE));
        BEGUN.forEach(stage::shareAGpuOf);
        Keda.start(stage);
        stage.apply(Overlay.of("autoscaling")
                .withoutMonitors()
                .asking(prometheus.url())
                .yaml());
    }

    @AfterAll
    static void stop() {
        stage.close();
        prometheus.close();
        translator.close();
    }

    @Test
    void five_hundred_waiting_requests_bring_five_replicas_to_the_best_nodes_and_their_end_takes_four_away()
            throws IOException {
        awaitReplicas(1);

        var start = System.nanoTime();
        try (var load = drive()) {
            letWait(WAITING);
            awaitReplicas(REPLICAS);
            System.out.printf(
                    "autoscaling: %.0f requests wait, %d replicas run %.1f s after the load began%n",
                    waiting(), REPLICAS, seconds(start));
            assertThat(load.alive()).isTrue();
        }
        var pods = stage.translators(PAIR);
        var end = System.nanoTime();
        awaitReplicas(1);

        System.out.printf("autoscaling: one replica runs %.1f s after the load ended%n", seconds(end));
        assertThat(pods).extracting(Stage::node).containsExactlyInAnyOrderElementsOf(BEGUN);
        // Replicas keep apart from each other; of the nodes without one the best is taken.
        assertThat(pods.stream().flatMap(pod -> rankedAbove(pod).stream())).isSubsetOf(BEGUN);
    }

    private static List<String> rankedAbove(Pod pod) {
        var ranking = Ranking.of(stage.busbar(), pod);
        System.out.printf("%s on %s, ranked: %s%n", pod.getMetadata().getName(), Stage.node(pod), ranking.nodes());
        return ranking.above(Stage.node(pod));
    }

    private static void awaitReplicas(int count) {
        Await.until("%d replicas run".formatted(count), SOON, () -> {
            var pods = stage.translators(PAIR);
            return pods.size() == count && pods.stream().allMatch(Stage::ready);
        });
    }

    /** Three times what one worker can do, each one sentence and all alike. */
    private static Program drive() throws IOException {
        var sentence = "the ship departs on Monday and ".repeat(5) + "the ship departs.\n";
        var file = Files.writeString(folder.resolve("sentences.txt"), sentence);
        return Translator.run(
                "drive",
                folder,
                List.of(
                        "drive",
                        "--url",
                        translator.url().toString(),
                        "--sentences",
                        file.toString(),
                        "--to",
                        "de",
                        "--rates",
                        "600",
                        "--seconds",
                        "600"));
    }

    /** Lets the queue grow to that many requests and no further. */
    private static void letWait(int requests) {
        Await.until("requests wait", SOON, () -> waiting() > 5);
        settings.change(settings(requests * tokensOfOne()));
        Await.until("%d requests wait".formatted(requests), SOON, () -> waiting() > requests - 10);
    }

    /**
     * All are alike, so what waits in tokens is a multiple of it. The two figures are not read in one moment, so one
     * reading may be wrong; the middle one of many is not.
     */
    private static int tokensOfOne() {
        var readings = IntStream.range(0, 21)
                .map(i -> Await.value("what one request waits for", SOON, AutoscalingIT::tokensOfOneNow))
                .sorted()
                .toArray();
        return readings[readings.length / 2];
    }

    private static Optional<Integer> tokensOfOneNow() {
        var page = translator.get("/metrics");
        var tokens = value(page, "translator_tokens_waiting");
        var requests = value(page, "translator_requests_waiting");
        return requests > 0 && tokens % requests == 0 ? Optional.of(tokens / requests) : Optional.empty();
    }

    private static int value(String page, String metric) {
        return page.lines()
                .filter(line -> line.startsWith(metric + " "))
                .mapToInt(line -> (int) Double.parseDouble(line.substring(metric.length() + 1)))
                .sum();
    }

    private static double waiting() {
        return translator.metric("translator_requests_waiting", "").orElse(0);
    }

    private static String settings(int tokens) {
        return """
            batch: {maxRows: 1, maxQueueTokens: %d}
            limits: {timeoutSeconds: 300}
            """.formatted(tokens);
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) / 1e9;
    }
}
