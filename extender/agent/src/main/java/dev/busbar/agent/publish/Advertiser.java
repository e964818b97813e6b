package dev.busbar.agent.publish;

import dev.busbar.files.gputopology.GpuTopology;
import dev.busbar.files.gputopology.Spec;
import java.time.Duration;
import java.time.Instant;

/**
 * Keeps {@code busbar.dev/gpu} in the node's status at the number of usable GPUs where they are ours to give, and at
 * none where they are the device plugin's. A kubelet that registers anew wipes it; the next look puts it back.
 */
public final class Advertiser {

    private static final Duration AT_MOST_EVERY = Duration.ofSeconds(1);

    private final String node;
    private final Cluster cluster;
    private Instant next = Instant.MIN;

    public Advertiser(String node, Cluster cluster) {
        this.node = node;
        this.cluster = cluster;
    }

    /** Who gives out the GPUs: the object's word, else the device plugin where there is one. */
    public static boolean isOurs(Spec spec, NodeView view) {
        return spec.allocator().isEmpty()
                ? !view.hasDevicePlugin()
                : spec.allocator().equals(Spec.BUSBAR);
    }

    public void look(GpuTopology seen, NodeView view, Instant now) {
        var ours = isOurs(seen.spec(), view);
        int gpus = ours ? Publisher.usableGpus(seen) : 0;
        if (view.advertises(gpus) || (gpus == 0 && view.isUntouched()) || now.isBefore(next)) {
            return;
        }
        next = now.plus(AT_MOST_EVERY);
        cluster.advertise(node, gpus);
    }
}
