package dev.busbar.files;

import dev.busbar.core.cluster.ClusterEvent;
import dev.busbar.core.cluster.ClusterEvent.NodeSeen;
import dev.busbar.core.cluster.ClusterEvent.TopologySeen;
import dev.busbar.core.cluster.ClusterEvent.UseSeen;
import dev.busbar.core.cluster.NodeFacts;
import dev.busbar.core.cluster.PodSighting;
import dev.busbar.core.topology.Allocator;
import dev.busbar.core.topology.GpuSet;
import dev.busbar.core.topology.NodeTopology;
import dev.busbar.core.workload.Nearest;
import dev.busbar.core.workload.ResourceNames;
import dev.busbar.files.Documents.Document;
import dev.busbar.files.gputopology.GpuTopology;
import dev.busbar.files.gputopology.Status;
import dev.busbar.files.sources.NodeWords;
import dev.busbar.files.sources.Published;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The objects of one cluster as they are read, file by file; what they say of each other is checked at the end. */
final class ClusterObjects {
    private static final List<String> KINDS =
            List.of("Node", "GpuTopology", "Pod", "NodeResourceTopology", "ResourceSlice");

    /** A read object and where it stands. */
    private record Placed<T>(String title, T object) {}

    private final ResourceNames names;
    private final NodeReader nodeReader;
    private final PodReader podReader;
    private final Map<String, Placed<NodeFacts>> nodes = new LinkedHashMap<>();
    private final Map<String, Placed<GpuTopology>> topologies = new LinkedHashMap<>();
    private final Map<String, Placed<PodSighting>> pods = new LinkedHashMap<>();
    private final Map<String, Placed<Published>> published = new LinkedHashMap<>();
    private final List<String> warnings = new ArrayList<>();

    ClusterObjects(ResourceNames names) {
        this.names = names;
        this.nodeReader = new NodeReader(names);
        this.podReader = new PodReader(names);
    }

    void add(Document document) {
        var field = document.field();
        var kind = field.at("kind").text();
        switch (kind) {
            case "Node" -> {
                requireVersion(field, "v1");
                var node = nodeReader.read(field);
                put(nodes, node.name(), new Placed<>(document.title(), node));
                publish(document, node.name(), before -> before.withWords(nodeReader.words(field)));
            }
            case "NodeResourceTopology" -> {
                requireVersion(field, "topology.node.k8s.io/v1alpha2");
                var node = field.at("metadata").at("name").requiredText();
                publish(document, node, before -> before.withZones(List.of(document.node())));
            }
            case "ResourceSlice" -> {
                requireVersion(field, "resource.k8s.io/v1");
                var node = field.at("spec").at("nodeName").requiredText();
                publish(document, node, before -> {
                    var slices = new ArrayList<>(before.slices());
                    slices.add(document.node());
                    return before.withSlices(slices);
                });
            }
            case "GpuTopology" -> {
                requireVersion(field, GpuTopology.API_VERSION);
                field.at("metadata").at("name").requiredText();
                var topology = GpuTopologyFile.read(document.node());
                put(topologies, topology.node(), new Placed<>(document.title(), topology));
                publish(document, topology.node(), before -> before.withOwn(List.of(topology)));
            }
            case "Pod" -> {
                requireVersion(field, "v1");
                var pod = podReader.sighting(field);
                put(pods, pod.pod().key().display(), new Placed<>(document.title(), pod));
            }
            default ->
                throw new BadInput("kind (%s) is none that a cluster folder may hold: %s%s"
                        .formatted(kind, String.join(", ", KINDS), Nearest.hint(kind, KINDS)));
        }
    }

    private void publish(Document document, String node, UnaryOperator<Published> change) {
        var before = published.getOrDefault(
                node, new Placed<>(document.title(), Published.of(new NodeWords(node, Map.of(), Map.of()))));
        published.put(node, new Placed<>(document.title(), change.apply(before.object())));
    }

    private static void requireVersion(Field object, String version) {
        if (!object.at("apiVersion").text().equals(version)) {
            throw object.at("apiVersion").bad("must be " + version);
        }
    }

    private static <T> void put(Map<String, Placed<T>> known, String name, Placed<T> placed) {
        var before = known.putIfAbsent(name, placed);
        if (before != null) {
            throw new BadInput("the name %s is taken by %s".formatted(name, before.title()));
        }
    }

    List<String> warnings() {
        return warnings;
    }

    /** In an order in which each event finds what it speaks of. */
    List<ClusterEvent> events() {
        var events = new ArrayList<ClusterEvent>();
        nodes.values().forEach(node -> events.add(new NodeSeen(node.object())));
        var read = new LinkedHashMap<String, NodeTopology>();
        published.forEach((name, placed) -> placed.object()
                .choice(names.devicePlugin())
                .ifPresent(choice -> {
                    var topology = topology(name, placed.title(), choice);
                    read.put(name, topology);
                    events.add(new TopologySeen(name, topology));
                    if (!choice.topology().status().equals(Status.EMPTY)) {
                        events.add(new UseSeen(name, UseReader.read(choice.topology(), topology, this::uid)));
                    }
                }));
        for (var pod : pods.values()) {
            check(pod, read);
            events.add(pod.object().event());
        }
        return events;
    }

    private NodeTopology topology(String name, String title, Published.Choice choice) {
        var node = nodes.get(name);
        if (node == null) {
            throw new BadInput("%s: there is no Node %s%s\nMaybe add the Node object of that name."
                    .formatted(title, name, nearestNode(name)));
        }
        var otherwise = node.object().devicePluginGpus() > 0 ? Allocator.DEVICE_PLUGIN : Allocator.BUSBAR;
        var read = TopologyReader.read(choice, otherwise);
        var own = topologies.get(name);
        var where = own == null ? title : own.title();
        if (!read.errors().isEmpty()) {
            throw new BadInput(read.errors().getFirst()).in(where);
        }
        read.warnings().forEach(warning -> warnings.add(where + ": " + warning));
        choice.origin().conflicts().forEach(conflict -> warnings.add(where + ": " + conflict));
        return read.topology();
    }

    private String nearestNode(String name) {
        return Nearest.to(name, nodes.keySet()).map(" (there is %s)"::formatted).orElse("");
    }

    private Optional<String> uid(String namespace, String name) {
        return Optional.ofNullable(pods.get(namespace + "/" + name))
                .map(pod -> pod.object().pod().key().uid());
    }

    private void check(Placed<PodSighting> pod, Map<String, NodeTopology> known) {
        var node = pod.object().node();
        if (!node.isEmpty() && !nodes.containsKey(node)) {
            throw new BadInput("%s: spec.nodeName (%s) is no Node of this cluster%s"
                    .formatted(pod.title(), node, Nearest.hint(node, nodes.keySet())));
        }
        for (var uuid : pod.object().gpus()) {
            if (topologyOf(node, known).indexOf(uuid).isEmpty()) {
                throw new BadInput("%s: the annotations name %s, which is no GPU of node %s"
                        .formatted(pod.title(), uuid, node.isEmpty() ? "(none)" : node));
            }
        }
    }

    /** Without an object of its own a node has the GPUs that its device plugin counts. */
    private NodeTopology topologyOf(String node, Map<String, NodeTopology> known) {
        var facts = nodes.get(node);
        if (known.containsKey(node) || facts == null) {
            return known.getOrDefault(node, NodeTopology.NONE);
        }
        int counted = Math.min(facts.object().devicePluginGpus(), GpuSet.MAX_GPUS);
        return NodeTopology.counted(counted, Allocator.DEVICE_PLUGIN);
    }
}
