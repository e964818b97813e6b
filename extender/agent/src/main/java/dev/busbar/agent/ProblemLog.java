package dev.busbar.agent;

import dev.busbar.files.gputopology.GpuTopology;
import dev.busbar.files.gputopology.Health;
import java.util.LinkedHashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says what is wrong with the node when it begins, and when it is over; not at every look. */
final class ProblemLog {

    private static final Logger LOG = LoggerFactory.getLogger(ProblemLog.class);

    private Set<String> said = Set.of();

    void look(GpuTopology seen) {
        var found = problems(seen);
        for (var problem : found) {
            if (!said.contains(problem)) {
                LOG.warn("Something is wrong with the node node={} problem={}", seen.node(), problem);
            }
        }
        for (var problem : said) {
            if (!found.contains(problem)) {
                LOG.info("No longer wrong node={} problem={}", seen.node(), problem);
            }
        }
        said = found;
    }

    /** What stands in the object's status, and which GPUs are not what they should be. */
    static Set<String> problems(GpuTopology seen) {
        var problems = new LinkedHashSet<>(seen.status().problems());
        for (var gpu : seen.status().gpus()) {
            if (gpu.health() != Health.HEALTHY) {
                problems.add("GPU %s is %s: %s".formatted(gpu.uuid(), word(gpu.health()), gpu.reason()));
            }
        }
        return problems;
    }

    private static String word(Health health) {
        return health == Health.LOST ? "lost" : "degraded";
    }
}
