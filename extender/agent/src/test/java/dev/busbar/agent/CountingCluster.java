package dev.busbar.agent;

import dev.busbar.agent.publish.Cluster;
import dev.busbar.agent.publish.NodeView;
import dev.busbar.files.gputopology.GpuTopology;
import dev.busbar.files.gputopology.Status;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An API server in memory with one node and its object, which counts what is written. */
final class CountingCluster implements Cluster {
    private static final NodeView BARE = new NodeView(-1, -1, -1);

    private @Nullable GpuTopology object;
    private NodeView node = BARE;
    private int writes;
    private int looks;

    /** The writes since the last question. */
    int writes() {
        int counted = writes;
        writes = 0;
        return counted;
    }

    /** How often the node was looked at. */
    int looks() {
        return looks;
    }

    Optional<GpuTopology> object() {
        return Optional.ofNullable(object);
    }

    Optional<NodeView> node() {
        looks++;
        return Optional.of(node);
    }

    /** As a kubelet does that registers anew. */
    void resetNode() {
        node = BARE;
    }

    @Override
    public Outcome read(String name) {
        return object == null ? new Outcome.Absent() : new Outcome.Stands(object);
    }

    @Override
    public Outcome create(GpuTopology created) {
        return written(GpuTopology.of(created.node(), created.spec(), Status.EMPTY));
    }

    @Override
    public Outcome replaceSpec(GpuTopology replaced) {
        var status = object == null ? Status.EMPTY : object.status();
        return written(GpuTopology.of(replaced.node(), replaced.spec(), status));
    }

    @Override
    public Outcome replaceStatus(GpuTopology replaced) {
        return written(replaced);
    }

    private Outcome written(GpuTopology next) {
        writes++;
        object = next;
        return new Outcome.Stands(next);
    }

    @Override
    public boolean advertise(String name, int gpus) {
        writes++;
        node = new NodeView(-1, gpus, gpus);
        return true;
    }
}
