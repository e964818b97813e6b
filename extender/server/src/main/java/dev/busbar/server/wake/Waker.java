package dev.busbar.server.wake;

import dev.busbar.core.workload.PodKey;
import java.time.Instant;

/** Brings kube-scheduler to look at a waiting pod again. */
@FunctionalInterface
public interface Waker {
    /** Must come back within a bounded time. */
    Outcome wake(PodKey pod, Instant now);

    /** What became of the call. */
    sealed interface Outcome {
        record Woken() implements Outcome {}

        /** There is no such pod any more. */
        record Gone() implements Outcome {}

        record Failed(String why) implements Outcome {}
    }
}
