package dev.busbar.core.workload;

import dev.busbar.core.workload.Demand.Flaw;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a pod's object says, before anybody makes sense of it: amounts are still text. Whoever reads pods, from a file,
 * the wire or the API server, ends here, so that all of them understand a pod alike.
 *
 * @param containers in the order of the pod's own lists; ordinary and init containers may stand in any order
 * @param podLevel the amounts of the pod as a whole, which may stand beside those of its containers
 * @param podGroup the group that {@code spec.schedulingGroup} names, empty for none
 */
public record PodText(
        PodKey key,
        Map<String, String> labels,
        Map<String, String> annotations,
        List<Container> containers,
        Resources podLevel,
        Map<String, String> overhead,
        String podGroup,
        int priority) {

    /** Requests and limits by resource name, as written. */
    public record Resources(Map<String, String> requests, Map<String, String> limits) {
        public static final Resources NONE = new Resources(Map.of(), Map.of());

        public Resources {
            requests = Map.copyOf(requests);
            limits = Map.copyOf(limits);
        }
    }

    /** One container's part of the sum. */
    public record Container(PodResources.Role role, Resources resources) {}

    public PodText {
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
        containers = List.copyOf(containers);
        overhead = Map.copyOf(overhead);
    }

    public Pod pod(DemandReader reader) {
        return new Pod(key, demand(reader), GangKey.of(this), priority);
    }

    private Demand demand(DemandReader reader) {
        try {
            var sum = new PodResources();
            for (var container : containers) {
                sum.add(container.role(), requested(container.resources()));
            }
            sum.podLevel(milli(podLevel.requests()), milli(podLevel.limits()));
            return reader.read(sum.sum(milli(overhead)), annotations);
        } catch (NoAmount e) {
            return new Demand.Malformed(Flaw.AMOUNT, e.found);
        }
    }

    /** A limit without a request is the request, as the API server fills it in. */
    private static Map<String, Long> requested(Resources resources) {
        var amounts = new HashMap<>(milli(resources.limits()));
        amounts.putAll(milli(resources.requests()));
        return amounts;
    }

    private static Map<String, Long> milli(Map<String, String> texts) {
        var amounts = HashMap.<String, Long>newHashMap(texts.size());
        texts.forEach((name, text) ->
                amounts.put(name, Quantity.milli(text).orElseThrow(() -> new NoAmount(name + ": " + text))));
        return amounts;
    }

    private static final class NoAmount extends RuntimeException {
        private final String found;

        NoAmount(String found) {
            super(found, null, false, false);
            this.found = found;
        }
    }
}
