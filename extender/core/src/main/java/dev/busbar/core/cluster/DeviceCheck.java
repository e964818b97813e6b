package dev.busbar.core.cluster;

import dev.busbar.core.topology.Allocator;
import dev.busbar.core.topology.GpuSet;
import dev.busbar.core.topology.NodeTopology;
import dev.busbar.core.workload.GpuAsk;
import dev.busbar.core.workload.PodKey;
import java.util.List;
import java.util.Optional;

/**
 * The devices that a pod's annotation names beside those that the node's agent has seen it hold.
 *
 * @param named UUIDs in index order; none where no annotation names any
 * @param seen UUIDs in index order, never none
 */
public record DeviceCheck(PodKey pod, String node, List<String> named, List<String> seen, Outcome outcome) {
    /** How the two compare. A promise is ours to keep; what the stock device plugin will choose we only guess. */
    public enum Outcome {
        KEPT,
        /** The pod holds other GPUs than we gave it. */
        DRIFTED,
        GUESSED_RIGHT,
        GUESSED_WRONG,
        /** Nothing was named, so there is nothing to compare: the pod went past us. */
        UNNAMED
    }

    public DeviceCheck {
        named = List.copyOf(named);
        seen = List.copyOf(seen);
    }

    /** Empty until the agent has seen the pod's devices. */
    public static Optional<DeviceCheck> of(NodeState node, Holding holding) {
        if (!(holding instanceof Holding.Observed observed)) {
            return Optional.empty();
        }
        var topology = node.topology();
        return Optional.of(new DeviceCheck(
                observed.pod().key(),
                node.name(),
                uuids(topology, observed.named()),
                uuids(topology, observed.seen()),
                outcome(topology.allocator(), observed)));
    }

    private static Outcome outcome(Allocator allocator, Holding.Observed observed) {
        boolean same = observed.named().equals(observed.seen());
        if (allocator == Allocator.BUSBAR) {
            return same ? Outcome.KEPT : Outcome.DRIFTED;
        }
        if (observed.named().isEmpty() || observed.ask().devices() instanceof GpuAsk.None) {
            return Outcome.UNNAMED;
        }
        return same ? Outcome.GUESSED_RIGHT : Outcome.GUESSED_WRONG;
    }

    private static List<String> uuids(NodeTopology topology, GpuSet gpus) {
        return gpus.indices().mapToObj(i -> topology.gpus().get(i).uuid()).toList();
    }

    /** For people, on the pod and in the log. */
    public String words() {
        return switch (outcome) {
            case KEPT -> "the pod holds the GPUs that it was promised";
            case DRIFTED ->
                named.isEmpty()
                        ? "the pod holds GPUs that nobody gave it: " + list(seen)
                        : "the pod was promised %s and holds %s".formatted(list(named), list(seen));
            case GUESSED_RIGHT -> "the device plugin chose as Busbar guessed";
            case GUESSED_WRONG ->
                "the device plugin chose %s where Busbar guessed %s".formatted(list(seen), list(named));
            case UNNAMED -> "the pod holds GPUs and Busbar did not place it";
        };
    }

    private static String list(List<String> uuids) {
        return String.join(",", uuids);
    }
}
