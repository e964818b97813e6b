package dev.busbar.core.topology;

import java.util.List;

/**
 * Where our knowledge of a node comes from, and how far it goes.
 *
 * @param unknown what the source does not tell
 * @param inferred what was concluded from something else
 * @param conflicts where other sources say something else
 */
public record Origin(TopologySource source, List<String> unknown, List<String> inferred, List<String> conflicts) {
    public Origin {
        unknown = List.copyOf(unknown);
        inferred = List.copyOf(inferred);
        conflicts = List.copyOf(conflicts);
    }

    /** A source of which nothing else is to be said. */
    public static Origin of(TopologySource source) {
        return new Origin(source, List.of(), List.of(), List.of());
    }
}
