package dev.busbar.core.workload;

import dev.busbar.core.workload.Demand.Flaw;
import dev.busbar.core.workload.Demand.Malformed;
import dev.busbar.core.workload.PodResources.Role;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a Pod object says, gathered in whatever order its fields come, and the pod that it describes. Amounts are texts
 * such as {@code 250m}; each reader of objects fills one draft per pod.
 */
public final class PodDraft {
    private final PodResources containers = new PodResources();
    private final Map<String, String> annotations = new HashMap<>();
    private Map<String, Long> overhead = Map.of();
    private Map<String, Long> whole = Map.of();
    private String namespace = "";
    private String name = "";
    private String uid = "";
    private String gang = "";
    private int priority;
    private Optional<String> unreadable = Optional.empty();

    public void namespace(String text) {
        namespace = text;
    }

    public void name(String text) {
        name = text;
    }

    public void uid(String text) {
        uid = text;
    }

    public void priority(int value) {
        priority = value;
    }

    /** The name of the pod's group, in the pod's own namespace. */
    public void gang(String group) {
        gang = group;
    }

    /** Notes an annotation; those that are not ours say nothing to us. */
    public void annotation(String key, String value) {
        if (key.startsWith(Annotations.PREFIX)) {
            annotations.put(key, value);
        }
    }

    /** Adds the next container of the list it stands in. What it requests wins over its limits. */
    public void container(Role role, Map<String, String> limits, Map<String, String> requests) {
        var milli = amounts(limits);
        milli.putAll(amounts(requests));
        containers.add(role, milli);
    }

    public void overhead(Map<String, String> amounts) {
        overhead = amounts(amounts);
    }

    /** What the pod asks as a whole, which counts in place of its containers' sums. */
    public void podLevel(Map<String, String> limits, Map<String, String> requests) {
        var milli = amounts(limits);
        milli.putAll(amounts(requests));
        whole = milli;
    }

    private Map<String, Long> amounts(Map<String, String> texts) {
        var milli = new HashMap<String, Long>();
        texts.forEach((resource, text) -> {
            var amount = Quantity.milli(text);
            if (amount.isPresent()) {
                milli.put(resource, amount.getAsLong());
            } else {
                unreadable = Optional.of(resource + ": " + text);
            }
        });
        return milli;
    }

    public Map<String, String> annotations() {
        return Map.copyOf(annotations);
    }

    public Pod read(DemandReader reader) {
        var key = new PodKey(namespace, name, uid);
        return new Pod(key, demand(reader), gang.isEmpty() ? GangKey.NONE : new GangKey(namespace, gang), priority);
    }

    private Demand demand(DemandReader reader) {
        if (unreadable.isPresent()) {
            return new Malformed(Flaw.AMOUNT, unreadable.get());
        }
        var sum = containers.sum(Map.of());
        sum.putAll(whole);
        overhead.forEach((resource, milli) -> sum.merge(resource, milli, Long::sum));
        return reader.read(sum, annotations);
    }
}
