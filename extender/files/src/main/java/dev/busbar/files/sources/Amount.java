package dev.busbar.files.sources;

import dev.busbar.core.workload.Quantity;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;

/** A quantity in another project's object: text, or a bare number; none is below 0. */
final class Amount {

    private Amount() {}

    static Optional<Long> of(JsonNode node) {
        var amount = node.isNumber() ? whole(node) : whole(Quantity.milli(node.asString("")));
        return amount.filter(number -> number >= 0);
    }

    private static Optional<Long> whole(JsonNode number) {
        return number.canConvertToLong() ? Optional.of(number.asLong()) : Optional.empty();
    }

    private static Optional<Long> whole(OptionalLong milli) {
        return milli.isPresent() ? Optional.of(milli.getAsLong() / 1000) : Optional.empty();
    }
}
