package dev.busbar.testclusters.scaling;

import dev.busbar.testclusters.Busbar;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** How Busbar ranked the nodes for a pod when it decided on it, the best first. */
record Ranking(List<String> nodes) {
    private static final KubernetesSerialization JSON = new KubernetesSerialization();

    private record Fit(String node, double score) {}

    static Ranking of(Busbar busbar, Pod pod) {
        var path = "/explain/%s/%s"
                .formatted(pod.getMetadata().getNamespace(), pod.getMetadata().getName());
        var answer = JSON.unmarshal(busbar.get(path), GenericKubernetesResource.class);
        List<Map<String, Object>> nodes = answer.get("nodes");
        return new Ranking(nodes.stream()
                .filter(node -> Objects.equals(node.get("verdict"), "fits"))
                .map(node -> new Fit(
                        String.valueOf(node.get("node")), Double.parseDouble(String.valueOf(node.get("score")))))
                .sorted(Comparator.comparingDouble(Fit::score).reversed())
                .map(Fit::node)
                .toList());
    }

    /** Those it ranks above the node. */
    List<String> above(String node) {
        return nodes.subList(0, nodes.indexOf(node));
    }
}
