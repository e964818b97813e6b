package dev.busbar.testclusters.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.testclusters.Await;
import dev.busbar.testclusters.Pods;
import dev.busbar.testclusters.Repository;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Twenty machines that one foreign source describes: where the same pods land then, and how fast they are told to be. */
class SourcesIT {
    private static final Path SOURCES = Repository.root().resolve("test-clusters/sources");
    private static final Map<String, Integer> MACHINES = Map.of("board", 6, "bridged", 8, "cards", 6);
    private static final String NOWHERE = "-";

    /** One row of a table. */
    private record Row(Map<String, String> cells) {
        String cell(String column) {
            return cells.getOrDefault(column, "");
        }
    }

    private static Scene scene;

    @BeforeAll
    static void start() throws IOException {
        scene = Scene.empty();
        DescribedNodes.define(scene, SOURCES.resolve("noderesourcetopologies.yaml"));
    }

    @AfterAll
    static void clear() {
        DescribedNodes.removeAll(scene);
        scene.clear();
        scene.renewBusbar();
    }

    @ParameterizedTest
    @ValueSource(strings = {"labels", "hami", "zones", "slices"})
    void each_pod_lands_where_the_table_says(String source) throws IOException {
        DescribedNodes.removeAll(scene);
        DescribedNodes.read(SOURCES.resolve(source), MACHINES).lay(scene);
        scene.renewBusbar();

        var found = new ArrayList<String>();
        for (var pod : rows("pods.csv")) {
            found.add(placed(source, pod));
        }
        scene.cluster().pods().deleteAll();

        System.out.println(String.join("\n", found));
        assertThat(found)
                .isEqualTo(rows("expected.csv").stream()
                        .filter(row -> row.cell("source").equals(source))
                        .map(row -> String.join(
                                ",", row.cell("source"), row.cell("pod"), row.cell("node"), row.cell("gbps")))
                        .toList());
    }

    @Test
    void sources_that_differ_stand_in_explain_and_once_in_the_log() throws IOException {
        DescribedNodes.removeAll(scene);
        var four = (Node) DescribedNodes.read(SOURCES.resolve("hami"), Map.of("bridged", 1))
                .objects()
                .getFirst();
        var labels = Map.of("nvidia.com/gpu.product", "NVIDIA-A100-80GB-PCIe", "nvidia.com/gpu.count", "8");
        scene.add(new NodeBuilder(four)
                .editMetadata()
                .withName("quarrel")
                .addToLabels(labels)
                .endMetadata()
                .build());
        var conflict = "HAMi annotations: 4 GPUs; GPU feature discovery labels (inferred): 8 GPUs; the first counts";
        Await.until("explain shows it", Scene.SOON, () -> whatIf("quarrel").equals(conflict));

        for (var round : List.of("1", "2", "3")) {
            scene.cluster().client().nodes().withName("quarrel").edit(node -> {
                node.getMetadata().getLabels().put("round", round);
                return node;
            });
            Await.until(
                    "round " + round + " is seen",
                    Scene.SOON,
                    () -> scene.busbar().get("/snapshot").contains("round: \"" + round + "\""));
        }

        try (var log = Files.lines(scene.busbar().log())) {
            assertThat(log.filter(line -> line.contains("node=\"quarrel\"")))
                    .singleElement()
                    .asString()
                    .contains("WARN", "reason=\"" + conflict + "\"");
        }
    }

    private static String whatIf(String name) {
        var answer = scene.busbar().post("/what-if", """
            {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "asks", "namespace": "default", "uid": "asks"},
             "spec": {"containers": [{"name": "main", "resources": {"limits": {"nvidia.com/gpu": "1"}}}]}}\
            """);
        return JsonMapper.shared()
                .readTree(answer)
                .path("nodes")
                .valueStream()
                .filter(node -> node.path("node").asString("").equals(name))
                .map(node -> words(node, "conflicts"))
                .findFirst()
                .orElse("");
    }

    /** Creates the pod and says where it went, or that it fits nowhere. */
    private static String placed(String source, Row row) {
        var name = row.cell("pod");
        scene.cluster().pods().create(pod(row));
        var decided = Await.value(
                "pod %s is decided upon".formatted(name),
                Scene.SOON,
                () -> scene.cluster().pods().find(name).filter(pod -> Pods.bound(pod) || isRefused(pod)));
        var explained = explanation(name);
        explained.path("nodes").forEach(node -> isExplained(source, node));
        var node = Pods.bound(decided) ? Pods.node(decided) : NOWHERE;
        if (node.equals(NOWHERE)) {
            scene.cluster().pods().delete(name);
        }
        return String.join(",", source, name, node, node.equals(NOWHERE) ? NOWHERE : gbps(explained, node));
    }

    private static boolean isRefused(Pod pod) {
        return pod.getStatus().getConditions().stream()
                .anyMatch(condition -> condition.getType().equals("PodScheduled")
                        && condition.getStatus().equals("False"));
    }

    private static Pod pod(Row row) {
        var pod = Scene.pod(row.cell("pod"), Map.of("nvidia.com/gpu", row.cell("gpus")));
        var annotations = new HashMap<String, String>();
        for (var each : row.cell("annotations").split(";", -1)) {
            int equals = each.indexOf('=');
            if (equals > 0) {
                annotations.put(each.substring(0, equals), each.substring(equals + 1));
            }
        }
        pod.getMetadata().setAnnotations(annotations);
        return pod;
    }

    private static JsonNode explanation(String pod) {
        return JsonMapper.shared().readTree(scene.busbar().get("/explain/default/" + pod));
    }

    private static String gbps(JsonNode explained, String name) {
        return explained
                .path("nodes")
                .valueStream()
                .filter(node -> node.path("node").asString("").equals(name))
                .map(node ->
                        String.format(Locale.ROOT, "%.1f", node.path("gbps").asDouble()))
                .findFirst()
                .orElseThrow();
    }

    /** Of each node the source is named, with what it leaves open and what was concluded instead. */
    private static void isExplained(String source, JsonNode node) {
        var words = List.of(node.path("source").asString(""), words(node, "unknown"), words(node, "inferred"));
        boolean isBoard = node.path("node").asString("").startsWith("board");
        var board = "NVLinks, those of the usual board with 8 x NVIDIA%sH100%s80GB%sHBM3";
        var expected = switch (source) {
            case "labels" ->
                List.of(
                        "GPU feature discovery labels (inferred)",
                        "UUIDs; NUMA nodes; " + (isBoard ? "" : "NVLinks; ") + "PCIe paths; network cards",
                        isBoard ? board.formatted("-", "-", "-") : "");
            case "hami" ->
                List.of(
                        "HAMi annotations",
                        node.path("node").asString("").startsWith("cards") ? "NVLinks; network cards" : "network cards",
                        isBoard ? board.formatted(" ", " ", " ") : "");
            case "zones" -> List.of("NodeResourceTopology", "product; memory; UUIDs; NVLinks; network cards", "");
            default ->
                List.of(
                        "ResourceSlice",
                        (isBoard ? "" : "NVLinks; ") + "network cards",
                        isBoard ? board.formatted(" ", " ", " ") : "");
        };
        assertThat(words).isEqualTo(expected);
    }

    private static String words(JsonNode node, String key) {
        return node.path(key).valueStream().map(JsonNode::asString).collect(Collectors.joining("; "));
    }

    /** The rows of a table by column; what stands behind the last comma of the head may have commas itself. */
    private static List<Row> rows(String file) throws IOException {
        var lines = Files.readAllLines(SOURCES.resolve(file));
        var head = lines.getFirst().split(",", -1);
        var rows = new ArrayList<Row>();
        for (var line : lines.subList(1, lines.size())) {
            var cells = line.split(",", head.length);
            var row = new HashMap<String, String>();
            for (int i = 0; i < head.length; i++) {
                row.put(head[i], cells[i]);
            }
            rows.add(new Row(row));
        }
        return rows;
    }
}
