package dev.busbar.core.cluster;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The names of the cluster's nodes in ascending order, and each name's number in it. It is one object for as long as
 * no node comes or goes, so what is derived from it may be kept by identity.
 */
public final class NodeNames {
    public static final NodeNames NONE = of(List.of());

    private final String[] sorted;
    private final Map<String, Integer> numbers;

    private NodeNames(String[] sorted) {
        this.sorted = sorted;
        this.numbers = HashMap.newHashMap(sorted.length);
        for (int i = 0; i < sorted.length; i++) {
            numbers.put(sorted[i], i);
        }
    }

    public static NodeNames of(Collection<String> names) {
        var sorted = names.toArray(String[]::new);
        Arrays.sort(sorted);
        return new NodeNames(sorted);
    }

    public int size() {
        return sorted.length;
    }

    public String name(int number) {
        return sorted[number];
    }

    public OptionalInt number(String name) {
        var number = numbers.get(name);
        return number == null ? OptionalInt.empty() : OptionalInt.of(number);
    }
}
