package dev.busbar.server.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.busbar.core.verbs.FilterAnswer;
import dev.busbar.core.workload.PodKey;
import java.util.Optional;

/** The last decision on each pod of late, for people who ask why; bounded, and forgotten after a time. */
final class RecentDecisions {
    private final Cache<String, FilterAnswer> answers;

    RecentDecisions(ExplainConfig config) {
        answers = Caffeine.newBuilder()
                .maximumWeight(config.nodeVerdicts())
                .weigher((String pod, FilterAnswer answer) -> answer.size() + 1)
                .expireAfterWrite(config.keep())
                .executor(Runnable::run)
                .build();
    }

    void remember(PodKey pod, FilterAnswer answer) {
        answers.put(pod.display(), answer);
    }

    Optional<FilterAnswer> of(String namespace, String name) {
        return Optional.ofNullable(answers.getIfPresent(namespace + "/" + name));
    }
}
