package dev.busbar.simulator;

import dev.busbar.core.cluster.ClusterEvent;
import dev.busbar.core.cluster.NodeFacts;
import dev.busbar.core.score.DemandMix;
import dev.busbar.core.workload.Annotations;
import dev.busbar.core.workload.DemandReader;
import dev.busbar.core.workload.PodKey;
import dev.busbar.core.workload.ResourceNames;
import java.util.List;
import java.util.Map;

/**
 * Busbar itself on one server: a job is a pod, one that is sensitive to bandwidth says {@code fast}, any other that its
 * GPUs don't talk, and it gets what the verbs promise. What jobs to come will ask is learnt from those that came.
 */
final class JobPods implements SetPolicy {
    private static final String NODE = "server";

    private final Server server;
    private final Extender extender;
    private final DemandReader demands = new DemandReader(ResourceNames.DEFAULT);

    JobPods(Server server) {
        this.server = server;
        var facts = new NodeFacts(NODE, 0, 0, 0, 0, Map.of());
        this.extender = new Extender(
                List.of(new ClusterEvent.NodeSeen(facts), new ClusterEvent.TopologySeen(NODE, server.topology())),
                DemandMix.learning());
    }

    @Override
    public int choose(Jobs.Job job, int free) {
        var promise = extender.place(pod(job).pod(demands))
                .orElseThrow(() -> new IllegalStateException("job %d of %d GPUs was refused with %d free"
                        .formatted(job.number(), job.gpus(), Integer.bitCount(free))));
        int set = 0;
        for (String uuid : promise.gpus()) {
            set |= 1 << server.topology().indexOf(uuid).orElseThrow();
        }
        return set;
    }

    @Override
    public void ended(Jobs.Job job) {
        extender.hear(new ClusterEvent.PodEnded(pod(job).key().uid()));
    }

    private static WirePod pod(Jobs.Job job) {
        var name = "job-" + job.number();
        return new WirePod(
                new PodKey("jobs", name, WirePod.uid(name)),
                job.sensitive() ? Map.of(Annotations.INTENT, "fast") : Map.of(Annotations.LINK, "none"),
                Map.of(ResourceNames.DEFAULT.whole(), Integer.toString(job.gpus())));
    }
}
