package dev.busbar.agent.publish;

import dev.busbar.files.gputopology.GpuTopology;
import java.util.concurrent.atomic.AtomicLong;

/** A cluster whose writes are counted by how they went. */
public final class CountedCluster implements Cluster {

    private final Cluster cluster;
    private final AtomicLong done = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();

    public CountedCluster(Cluster cluster) {
        this.cluster = cluster;
    }

    @Override
    public Outcome read(String node) {
        return cluster.read(node);
    }

    @Override
    public Outcome create(GpuTopology topology) {
        return counted(cluster.create(topology));
    }

    @Override
    public Outcome replaceSpec(GpuTopology topology) {
        return counted(cluster.replaceSpec(topology));
    }

    @Override
    public Outcome replaceStatus(GpuTopology topology) {
        return counted(cluster.replaceStatus(topology));
    }

    @Override
    public boolean advertise(String node, int gpus) {
        boolean written = cluster.advertise(node, gpus);
        (written ? done : failed).incrementAndGet();
        return written;
    }

    private Outcome counted(Outcome outcome) {
        (outcome instanceof Outcome.Stands ? done : failed).incrementAndGet();
        return outcome;
    }

    public long done() {
        return done.get();
    }

    public long failed() {
        return failed.get();
    }
}
