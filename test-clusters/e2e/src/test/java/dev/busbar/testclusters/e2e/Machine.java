package dev.busbar.testclusters.e2e;

import dev.busbar.testclusters.Nodes;
import dev.busbar.testclusters.Repository;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** A node and its GpuTopology, taken from a named cluster folder and given a name for one test. */
record Machine(Node node, GenericKubernetesResource topology) {
    private static final Path CLUSTERS = Repository.root().resolve("test-clusters/clusters");
    private static final Pattern DOCUMENT_END = Pattern.compile("(?m)^---\\s*$");
    private static final KubernetesSerialization YAML = new KubernetesSerialization();
    private static final String WHOLE = "busbar.dev/gpu";
    private static final String PLUGIN = "nvidia.com/gpu";

    /** The first machine of the folder, its GPUs given out by Busbar. */
    static Machine of(String cluster, String name) {
        var objects = read(CLUSTERS.resolve(cluster));
        var topology = objects.stream()
                .filter(object -> object.getKind().equals("GpuTopology"))
                .map(GenericKubernetesResource.class::cast)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(cluster + " has no GpuTopology"));
        var node = objects.stream()
                .filter(object -> object.getKind().equals("Node"))
                .filter(object -> object.getMetadata()
                        .getName()
                        .equals(topology.getMetadata().getName()))
                .map(Node.class::cast)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(cluster + " has no Node for its GpuTopology"));
        return new Machine(node, topology).named(name).givenOutBy("busbar");
    }

    /** The same machine with the device plugin giving out its GPUs. */
    Machine ofThePlugin() {
        return givenOutBy("device-plugin");
    }

    String name() {
        return node.getMetadata().getName();
    }

    List<String> uuids() {
        return gpus(topology).stream().map(gpu -> (String) gpu.get("uuid")).toList();
    }

    /** GPUs get UUIDs of the new name, since one machine of a folder may stand in a test many times. */
    private Machine named(String name) {
        var spec = new HashMap<>(spec(topology));
        var renamed = new ArrayList<Map<String, Object>>();
        for (var gpu : gpus(topology)) {
            var copy = new HashMap<>(gpu);
            copy.put("uuid", "GPU-%s-%s".formatted(name, gpu.get("index")));
            renamed.add(copy);
        }
        spec.put("gpus", renamed);
        var withName = new NodeBuilder(node)
                .withNewMetadata()
                .withName(name)
                .withLabels(node.getMetadata().getLabels())
                .addToLabels("kubernetes.io/hostname", name)
                .endMetadata()
                .build();
        return new Machine(withName, topology(name, spec));
    }

    String resource() {
        return "busbar".equals(spec(topology).get("allocator")) ? WHOLE : PLUGIN;
    }

    private Machine givenOutBy(String allocator) {
        var spec = new HashMap<>(spec(topology));
        spec.put("allocator", allocator);
        var whole = allocator.equals("busbar") ? WHOLE : PLUGIN;
        var capacity = new HashMap<>(node.getStatus().getCapacity());
        capacity.keySet().removeAll(List.of(WHOLE, PLUGIN));
        capacity.put(whole, new Quantity(Integer.toString(gpus(topology).size())));
        capacity.putIfAbsent("pods", new Quantity("110"));
        var counted = new NodeBuilder(node)
                .editStatus()
                .withCapacity(capacity)
                .withAllocatable(capacity)
                .endStatus()
                .build();
        return new Machine(counted, topology(name(), spec));
    }

    /** A machine without a GPU. */
    static Node plain(String name) {
        return Nodes.node(name);
    }

    private static GenericKubernetesResource topology(String name, Map<String, Object> spec) {
        return new GenericKubernetesResourceBuilder()
                .withApiVersion("busbar.dev/v1alpha1")
                .withKind("GpuTopology")
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .addToAdditionalProperties("spec", spec)
                .build();
    }

    private static Map<String, Object> spec(GenericKubernetesResource topology) {
        return topology.get("spec");
    }

    private static List<Map<String, Object>> gpus(GenericKubernetesResource topology) {
        return topology.get("spec", "gpus");
    }

    private static List<HasMetadata> read(Path folder) {
        var objects = new ArrayList<HasMetadata>();
        try (var files = Files.list(folder)) {
            for (var file : files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList()) {
                DOCUMENT_END
                        .splitAsStream(Files.readString(file))
                        .filter(document -> document.lines().anyMatch(line -> !line.isBlank() && !line.startsWith("#")))
                        .forEach(document -> objects.add(YAML.unmarshal(document)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cluster folder %s could not be read".formatted(folder), e);
        }
        return objects;
    }
}
