package dev.busbar.server.devices;

import dev.busbar.core.cluster.DeviceCheck;
import java.time.Instant;

/** Tells the owner of a pod that it holds other devices than it was promised. */
@FunctionalInterface
public interface DriftNotice {
    /** Must come back within a bounded time, and may be told the same again. */
    Outcome tell(DeviceCheck drift, Instant now);

    /** What became of it. */
    sealed interface Outcome {
        record Told() implements Outcome {}

        record Failed(String why) implements Outcome {}
    }
}
