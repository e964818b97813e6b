package dev.busbar.server.kube;

import dev.busbar.core.cluster.PodSighting;
import dev.busbar.core.workload.DemandReader;
import dev.busbar.core.workload.PodKey;
import dev.busbar.core.workload.PodResources.Role;
import dev.busbar.core.workload.PodText;
import dev.busbar.core.workload.PodText.Resources;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the API server's Pod objects. */
final class PodObjects {
    private final DemandReader demands;

    PodObjects(DemandReader demands) {
        this.demands = demands;
    }

    PodSighting read(Pod pod) {
        var spec = pod.getSpec() == null ? new PodSpec() : pod.getSpec();
        var status = pod.getStatus() == null ? new PodStatus() : pod.getStatus();
        return PodSighting.of(
                text(pod, spec), demands, text(spec.getNodeName()), text(status.getPhase()), since(pod, status));
    }

    private static PodText text(Pod pod, PodSpec spec) {
        var metadata = pod.getMetadata();
        var group = spec.getSchedulingGroup();
        return new PodText(
                new PodKey(text(metadata.getNamespace()), metadata.getName(), metadata.getUid()),
                texts(metadata.getLabels()),
                texts(metadata.getAnnotations()),
                containers(spec),
                resources(spec.getResources()),
                amounts(spec.getOverhead()),
                group == null ? "" : text(group.getPodGroupName()),
                spec.getPriority() == null ? 0 : spec.getPriority());
    }

    private static List<PodText.Container> containers(PodSpec spec) {
        var containers = new ArrayList<PodText.Container>();
        for (var container : spec.getInitContainers()) {
            containers.add(container(container, restartsAlways(container) ? Role.SIDECAR : Role.INIT));
        }
        for (var container : spec.getContainers()) {
            containers.add(container(container, Role.ORDINARY));
        }
        return containers;
    }

    private static boolean restartsAlways(Container container) {
        return "Always".equals(container.getRestartPolicy());
    }

    private static PodText.Container container(Container container, Role role) {
        return new PodText.Container(role, resources(container.getResources()));
    }

    private static Resources resources(@Nullable ResourceRequirements resources) {
        return resources == null
                ? Resources.NONE
                : new Resources(amounts(resources.getRequests()), amounts(resources.getLimits()));
    }

    static Map<String, String> amounts(@Nullable Map<String, Quantity> quantities) {
        if (quantities == null) {
            return Map.of();
        }
        var amounts = HashMap.<String, String>newHashMap(quantities.size());
        quantities.forEach((name, quantity) -> amounts.put(name, quantity.toString()));
        return amounts;
    }

    static Map<String, String> texts(@Nullable Map<String, String> map) {
        return map == null ? Map.of() : map;
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text;
    }

    /** When the pod came to its node, as far as the object says: it may have waited long before. */
    private static Instant since(Pod pod, PodStatus status) {
        var start = Stream.of(
                        scheduled(status),
                        Stream.ofNullable(status.getStartTime()),
                        Stream.ofNullable(pod.getMetadata().getCreationTimestamp()))
                .flatMap(time -> time)
                .findFirst();
        try {
            return start.isPresent() ? Instant.parse(start.get()) : Instant.EPOCH;
        } catch (DateTimeParseException e) {
            return Instant.EPOCH;
        }
    }

    private static Stream<String> scheduled(PodStatus status) {
        return status.getConditions().stream()
                .filter(condition -> "PodScheduled".equals(condition.getType()) && "True".equals(condition.getStatus()))
                .flatMap(condition -> Stream.ofNullable(condition.getLastTransitionTime()));
    }
}
