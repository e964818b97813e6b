package dev.busbar.core.verbs;

import dev.busbar.core.workload.PodKey;
import java.util.List;

/** The one effect on the world: writing a pod's Binding, and reading what stands on a pod. */
public interface PodWriter {
    /** Writes node and annotations in one Binding; must come back within a bounded time. */
    WriteOutcome bind(Promise promise);

    /** Reads by a consistent read where a pod is. */
    Standing read(PodKey pod);

    /** What became of a write. */
    sealed interface WriteOutcome {
        record Done() implements WriteOutcome {}

        /** The pod had a node already; these are the GPUs that its annotations name. */
        record AlreadyBound(String node, List<String> gpus) implements WriteOutcome {
            public AlreadyBound {
                gpus = List.copyOf(gpus);
            }
        }

        record Refused(String why) implements WriteOutcome {}

        /** Neither done nor refused: no answer came in time. */
        record Unknown(String why) implements WriteOutcome {}
    }

    /** Where a pod is. */
    sealed interface Standing {
        record OnNode(String node, List<String> gpus) implements Standing {
            public OnNode {
                gpus = List.copyOf(gpus);
            }
        }

        record Waiting() implements Standing {}

        /** No such pod, or one that has ended. */
        record Gone() implements Standing {}

        record Unreadable(String why) implements Standing {}
    }
}
