package dev.busbar.testclusters.e2e;

import dev.busbar.testclusters.Await;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Nodes that a foreign source describes, each a copy of a machine in a folder of {@code test-clusters/sources}. */
record DescribedNodes(List<HasMetadata> objects) {
    private static final KubernetesSerialization YAML = new KubernetesSerialization();
    private static final Pattern DOCUMENT_END = Pattern.compile("(?m)^---\\s*$");
    private static final String ZONES = "topology.node.k8s.io/v1alpha2";

    /** So many copies of each machine, {@code board-1} and on, with UUIDs of their own. */
    static DescribedNodes read(Path folder, Map<String, Integer> copies) throws IOException {
        var documents = DOCUMENT_END
                .splitAsStream(Files.readString(folder.resolve("cluster.yaml")))
                .toList();
        var objects = new ArrayList<HasMetadata>();
        int number = 0;
        for (var each : new TreeMap<>(copies).entrySet()) {
            var machine = each.getKey();
            for (int copy = 1; copy <= each.getValue(); copy++, number++) {
                for (var document : documents) {
                    if (document.matches("(?s).*\\n *(name|nodeName): %s\\n.*".formatted(machine))) {
                        objects.add(
                                YAML.unmarshal(document.replaceAll("\\b%s\\b".formatted(machine), machine + "-" + copy)
                                        .replaceAll("GPU-[0-9a-f]{8}-", "GPU-%08x-".formatted(number))));
                    }
                }
            }
        }
        return new DescribedNodes(objects);
    }

    /** Lets the API server of a scene take a resource. */
    static void define(Scene scene, Path definition) throws IOException {
        try (var yaml = Files.newInputStream(definition)) {
            scene.cluster().client().load(yaml).serverSideApply();
        }
        Await.until("NodeResourceTopology is served", Scene.SOON, () -> {
            try {
                return zones(scene) >= 0;
            } catch (KubernetesClientException e) {
                return false;
            }
        });
    }

    private static int zones(Scene scene) {
        return scene.cluster()
                .client()
                .genericKubernetesResources(ZONES, "NodeResourceTopology")
                .list()
                .getItems()
                .size();
    }

    void lay(Scene scene) {
        objects.parallelStream().forEach(object -> {
            if (object instanceof Node node) {
                scene.cluster().nodes().add(withCapacity(node));
            } else {
                scene.cluster().client().resource(object).create();
            }
        });
    }

    private static Node withCapacity(Node node) {
        var capacity = new HashMap<>(node.getStatus().getAllocatable());
        capacity.put("pods", new Quantity("110"));
        return new NodeBuilder(node)
                .editStatus()
                .withCapacity(capacity)
                .withAllocatable(capacity)
                .endStatus()
                .build();
    }

    /** Removes the nodes and all that described them. */
    static void removeAll(Scene scene) {
        var client = scene.cluster().client();
        scene.cluster().pods().deleteAll();
        client.nodes().delete();
        client.genericKubernetesResources(ZONES, "NodeResourceTopology").delete();
        client.genericKubernetesResources("resource.k8s.io/v1", "ResourceSlice").delete();
    }
}
