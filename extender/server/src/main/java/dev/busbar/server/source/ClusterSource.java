package dev.busbar.server.source;

import dev.busbar.core.cluster.ClusterState;
import dev.busbar.core.verbs.PodWriter;
import dev.busbar.server.devices.DriftNotice;
import dev.busbar.server.lease.Leases;
import dev.busbar.server.lease.Tenure;
import dev.busbar.server.wake.Waker;
import java.time.Duration;
import java.util.Optional;

/** A cluster that fills our state and takes our Bindings. */
public interface ClusterSource extends AutoCloseable {
    /** Begins to fill the state, and returns at once. */
    void start(ClusterState state);

    /** What is not known yet, in constant words; empty when the state can be decided upon. */
    Optional<String> missing();

    /** How long ago the state was last known to be as the cluster is. */
    Duration age();

    /** Writes Bindings while the tenure lasts; none of them is done once another has {@link #takeOver taken over}. */
    PodWriter writer(Tenure tenure);

    /** Bars what the one before us may still be writing, and takes in all pods; false when that failed. Blocks. */
    boolean takeOver();

    /** The Lease of this name; empty where there are none. */
    Optional<Leases> leases(String namespace, String name);

    /** How kube-scheduler is brought to look at a pod again; empty where nobody would notice. */
    Optional<Waker> waker();

    /** How a pod's owner is told that it holds other devices than promised; empty where nobody would read it. */
    default Optional<DriftNotice> driftNotice() {
        return Optional.empty();
    }

    @Override
    void close();
}
