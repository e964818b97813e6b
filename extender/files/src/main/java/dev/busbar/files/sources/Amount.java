package dev.busbar.files.sources;

import dev.busbar.core.workload.Quantity;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;

/** A quantity in another project's object: text, or a bare number. */
final class Amount {

    private Amount() {}

    static Optional<Long> of(JsonNode node) {
        return node.isNumber() ? Optional.of(node.asLong()) : whole(Quantity.milli(node.asString("")));
    }

    private static Optional<Long> whole(OptionalLong milli) {
        return milli.isPresent() ? Optional.of(milli.getAsLong() / 1000) : Optional.empty();
    }
}
