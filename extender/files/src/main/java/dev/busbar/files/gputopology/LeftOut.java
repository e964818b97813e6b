package dev.busbar.files.gputopology;

import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Equal to every value that says no more than an absent field does; Jackson asks this to leave the field out. */
final class LeftOut {

    @Override
    public boolean equals(@Nullable Object value) {
        return switch (value) {
            case null -> true;
            case String text -> text.isEmpty();
            case Collection<?> values -> values.isEmpty();
            case Map<?, ?> values -> values.isEmpty();
            case Memory memory -> memory.equals(Memory.NONE);
            case Fabric fabric -> fabric.equals(Fabric.NONE);
            case KubeletPolicies policies -> policies.equals(KubeletPolicies.UNKNOWN);
            case Status status -> status.equals(Status.EMPTY);
            default -> false;
        };
    }

    @Override
    public int hashCode() {
        return 0;
    }
}
