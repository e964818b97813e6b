package dev.busbar.files.sources;

import dev.busbar.core.topology.Fabric;
import dev.busbar.core.topology.Origin;
import dev.busbar.core.topology.TopologySource;
import dev.busbar.files.gputopology.GpuTopology;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * All that is published about one node. The first source that has something to say is believed, in the order of
 * {@link TopologySource}; where others say something else, that is worth a line.
 *
 * @param own the node's GpuTopology object, or nothing
 * @param zones the node's NodeResourceTopology object, or nothing
 * @param slices the node's ResourceSlices
 */
public record Published(NodeWords words, List<GpuTopology> own, List<JsonNode> zones, List<JsonNode> slices) {

    public Published {
        own = List.copyOf(own);
        zones = List.copyOf(zones);
        slices = List.copyOf(slices);
    }

    public static Published of(NodeWords words) {
        return new Published(words, List.of(), List.of(), List.of());
    }

    public Published withWords(NodeWords other) {
        return new Published(other, own, zones, slices);
    }

    public Published withOwn(List<GpuTopology> other) {
        return new Published(words, other, zones, slices);
    }

    public Published withZones(List<JsonNode> other) {
        return new Published(words, own, other, slices);
    }

    public Published withSlices(List<JsonNode> other) {
        return new Published(words, own, zones, other);
    }

    /** What is believed, who said so, and where the node sits. */
    public record Choice(GpuTopology topology, Origin origin, Fabric fabric) {
        /** Whether each GPU has a UUID; one without can't be named in a pod. */
        public boolean namesGpus() {
            return topology.spec().gpus().stream().allMatch(Gaps::isNamed);
        }
    }

    /** {@code gpuResource} is what the stock device plugin advertises. */
    public Optional<Choice> choice(String gpuResource) {
        Map<TopologySource, GpuTopology> said = new LinkedHashMap<>();
        own.forEach(object -> said.put(TopologySource.GPU_TOPOLOGY, object));
        HamiSource.read(words).ifPresent(object -> said.put(TopologySource.HAMI, object));
        for (var zone : zones) {
            ZoneSource.read(zone, words, gpuResource)
                    .ifPresent(object -> said.put(TopologySource.NODE_RESOURCE_TOPOLOGY, object));
        }
        SliceSource.read(slices, words).ifPresent(object -> said.put(TopologySource.RESOURCE_SLICE, object));
        LabelSource.read(words).ifPresent(object -> said.put(TopologySource.LABELS, object));
        return said.entrySet().stream()
                .findFirst()
                .map(first -> choice(first.getKey(), first.getValue(), conflicts(said)));
    }

    private Choice choice(TopologySource source, GpuTopology topology, List<String> conflicts) {
        var own = topology.spec().fabric();
        var place = own.domain().isEmpty() && own.clique().isEmpty() ? FabricLabels.read(words) : own;
        var fabric = new Fabric(place.domain(), place.clique(), FabricLabels.rack(words), FabricLabels.zone(words));
        return new Choice(topology, Gaps.of(source, topology, conflicts), fabric);
    }

    private static List<String> conflicts(Map<TopologySource, GpuTopology> said) {
        var conflicts = new ArrayList<String>();
        var all = List.copyOf(said.entrySet());
        for (var other : all.subList(1, all.size())) {
            int believed = all.getFirst().getValue().spec().gpus().size();
            int differs = other.getValue().spec().gpus().size();
            if (believed != differs) {
                conflicts.add("%s: %d GPUs; %s: %d GPUs; the first counts"
                        .formatted(
                                all.getFirst().getKey().words(),
                                believed,
                                other.getKey().words(),
                                differs));
            }
        }
        return conflicts;
    }
}
