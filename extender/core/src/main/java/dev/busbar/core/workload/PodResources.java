package dev.busbar.core.workload;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Sums what a pod's containers ask as Kubernetes does: ordinary containers and sidecars run together, each init
 * container runs beside the sidecars that stand before it, and the larger of the two counts. CPU, memory and huge pages
 * asked by the pod as a whole take the place of that sum. Amounts are thousandths.
 */
public final class PodResources {
    /** How a container runs. */
    public enum Role {
        ORDINARY,
        INIT,
        /** An init container that is restarted for ever. */
        SIDECAR
    }

    private record Container(Role role, Map<String, Long> milli) {}

    private final List<Container> containers = new ArrayList<>();
    private Map<String, Long> podRequests = Map.of();
    private Map<String, Long> podLimits = Map.of();

    /** Adds the next container in the order of the pod's own lists; init containers come first. */
    public PodResources add(Role role, Map<String, Long> milli) {
        containers.add(new Container(role, Map.copyOf(milli)));
        return this;
    }

    /** What the pod asks as a whole; a limit counts as a request where neither the pod nor a container has one. */
    public PodResources podLevel(Map<String, Long> requests, Map<String, Long> limits) {
        podRequests = Map.copyOf(requests);
        podLimits = Map.copyOf(limits);
        return this;
    }

    /** The pod's amounts by resource name. */
    public Map<String, Long> sum(Map<String, Long> overhead) {
        var running = new HashMap<String, Long>();
        var sidecars = new HashMap<String, Long>();
        var peak = new HashMap<String, Long>();
        for (var container : containers) {
            switch (container.role()) {
                case ORDINARY -> addInto(running, container.milli());
                case SIDECAR -> {
                    addInto(running, container.milli());
                    addInto(sidecars, container.milli());
                    raiseTo(peak, sidecars);
                }
                case INIT -> {
                    var together = new HashMap<>(sidecars);
                    addInto(together, container.milli());
                    raiseTo(peak, together);
                }
            }
        }
        raiseTo(running, peak);
        takePodLevel(running);
        addInto(running, overhead);
        return running;
    }

    private void takePodLevel(Map<String, Long> amounts) {
        podLimits.forEach((name, milli) -> {
            if (isPodLevel(name)) {
                amounts.putIfAbsent(name, milli);
            }
        });
        podRequests.forEach((name, milli) -> {
            if (isPodLevel(name)) {
                amounts.put(name, milli);
            }
        });
    }

    private static boolean isPodLevel(String resource) {
        return resource.equals("cpu") || resource.equals("memory") || resource.startsWith("hugepages-");
    }

    private static void addInto(Map<String, Long> sum, Map<String, Long> more) {
        more.forEach((name, milli) -> sum.merge(name, milli, PodResources::saturatedSum));
    }

    private static void raiseTo(Map<String, Long> most, Map<String, Long> other) {
        other.forEach((name, milli) -> most.merge(name, milli, Math::max));
    }

    private static long saturatedSum(long a, long b) {
        long sum = a + b;
        if (((a ^ sum) & (b ^ sum)) < 0) {
            return a < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
        return sum;
    }
}
