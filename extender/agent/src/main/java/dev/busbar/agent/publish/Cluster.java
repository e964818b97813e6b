package dev.busbar.agent.publish;

import dev.busbar.files.gputopology.GpuTopology;

/** The API server as the agent needs it: this node's GpuTopology object, and two numbers in the node's status. */
public interface Cluster {

    /** What became of a read or a write. */
    sealed interface Outcome {
        /** The object as it is now. */
        record Stands(GpuTopology topology) implements Outcome {}

        record Absent() implements Outcome {}

        /** Nothing is known to have changed; {@code reason} is for the log. */
        record Failed(String reason) implements Outcome {}
    }

    Outcome read(String node);

    Outcome create(GpuTopology topology);

    /** Replaces the spec if the object is still the one of {@code topology}'s resource version. */
    Outcome replaceSpec(GpuTopology topology);

    Outcome replaceStatus(GpuTopology topology);

    /** Sets capacity and allocatable of {@code busbar.dev/gpu}; false when that failed. */
    boolean advertise(String node, int gpus);
}
