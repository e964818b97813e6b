package dev.busbar.server.kube;

import dev.busbar.files.gputopology.GpuTopologyCodec;
import dev.busbar.files.sources.SliceSource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Decodes the objects that speak of nodes, ours and those of others, for {@link Topologies}. */
final class PublishedObjects {
    private final Topologies topologies;
    private final KubernetesSerialization json;
    /** ResourceSlices by node and name: a node may have several. */
    private final Map<String, Map<String, JsonNode>> slices = new HashMap<>();

    PublishedObjects(Topologies topologies, KubernetesSerialization json) {
        this.topologies = topologies;
        this.json = json;
    }

    Watched.Sink<GenericKubernetesResource> own() {
        return sink(
                object -> {
                    var topology = GpuTopologyCodec.fromApi(json.asJson(object));
                    topologies.published(topology.node(), before -> before.withOwn(List.of(topology)));
                },
                object -> topologies.published(name(object), before -> before.withOwn(List.of())));
    }

    Watched.Sink<GenericKubernetesResource> zones() {
        return sink(
                object -> {
                    var zones = tree(object);
                    topologies.published(name(object), before -> before.withZones(List.of(zones)));
                },
                object -> topologies.published(name(object), before -> before.withZones(List.of())));
    }

    Watched.Sink<GenericKubernetesResource> slices() {
        return sink(this::sliceSeen, this::sliceGone);
    }

    private synchronized void sliceSeen(GenericKubernetesResource object) {
        var slice = tree(object);
        var node = slice.path("spec").path("nodeName").asString("");
        if (!node.isEmpty() && SliceSource.isOurs(slice)) {
            slices.computeIfAbsent(node, _ -> new TreeMap<>()).put(name(object), slice);
            publishSlices(node);
        }
    }

    /** Only the object's metadata is known for sure now, so the node is looked up by the slice's name. */
    private synchronized void sliceGone(GenericKubernetesResource object) {
        slices.forEach((node, known) -> {
            if (known.remove(name(object)) != null) {
                publishSlices(node);
            }
        });
        slices.values().removeIf(Map::isEmpty);
    }

    private void publishSlices(String node) {
        var known = List.copyOf(slices.getOrDefault(node, Map.of()).values());
        topologies.published(node, before -> before.withSlices(known));
    }

    private JsonNode tree(GenericKubernetesResource object) {
        return JsonMapper.shared().readTree(json.asJson(object));
    }

    private static String name(GenericKubernetesResource object) {
        return object.getMetadata().getName();
    }

    private static Watched.Sink<GenericKubernetesResource> sink(
            Consumer<GenericKubernetesResource> seen, Consumer<GenericKubernetesResource> gone) {
        return new Watched.Sink<>() {
            @Override
            public void seen(GenericKubernetesResource object) {
                seen.accept(object);
            }

            @Override
            public void gone(GenericKubernetesResource object) {
                gone.accept(object);
            }
        };
    }
}
