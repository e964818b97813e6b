package dev.busbar.server.http;

import dev.busbar.core.cluster.ClusterEvent.PodWaiting;
import dev.busbar.core.placement.Verdict;
import dev.busbar.core.verbs.BindAnswer;
import dev.busbar.core.verbs.FilterAnswer;
import dev.busbar.core.workload.Demand;
import dev.busbar.core.workload.DemandReader;
import dev.busbar.server.metrics.ServerMetrics;
import dev.busbar.server.metrics.Verb;
import dev.busbar.server.wake.Refusals;
import dev.busbar.server.wire.Answers;
import dev.busbar.server.wire.ArgsDecoder;
import dev.busbar.server.wire.BindCodec;
import dev.busbar.server.wire.BindCodec.BindArgs;
import dev.busbar.server.wire.ErrorAnswers;
import dev.busbar.server.wire.PreemptCodec;
import java.time.InstantSource;

/** Decodes a call, asks its verb, counts and encodes the answer. All but {@link #bind} belong to one event loop. */
final class VerbCalls {
    private static final String FITS = "fits";

    private final Verbs verbs;
    private final ServerMetrics metrics;
    private final Refusals refusals;
    private final RecentDecisions decisions;
    private final InstantSource clock;
    private final ArgsDecoder args;
    private final Answers answers = new Answers();
    private final BindCodec binds;
    private final PreemptCodec preempts;

    VerbCalls(Serving serving, DemandReader demands, int maxDepth, RecentDecisions decisions, InstantSource clock) {
        this.verbs = serving.verbs();
        this.metrics = serving.metrics();
        this.refusals = serving.refusals();
        this.decisions = decisions;
        this.clock = clock;
        this.args = new ArgsDecoder(demands, maxDepth);
        this.binds = new BindCodec(maxDepth);
        this.preempts = new PreemptCodec(demands, maxDepth);
    }

    byte[] filter(byte[] body, int length) {
        var snapshot = verbs.state().snapshot();
        var asked = args.decode(body, length, snapshot.names());
        // The scheduler may know the pod before our watch does, and may bind it before that, too.
        verbs.state().apply(new PodWaiting(asked.pod()));
        var now = clock.instant();
        var answer = verbs.filter().answer(snapshot, asked.pod(), asked.nodes(), now);
        decisions.remember(asked.pod().key(), answer);
        var verdict = verdict(answer);
        metrics.decided(Verb.FILTER, verdict);
        if (verdict.equals(FITS)) {
            refusals.forget(asked.pod().key().uid());
        } else if (asked.pod().demand() instanceof Demand.Asks) {
            refusals.refused(asked.pod(), snapshot, asked.nodes(), now);
        }
        return answers.filter(asked, answer);
    }

    /** The best that any node could say. */
    private static String verdict(FilterAnswer answer) {
        boolean notNow = false;
        for (int i = 0; i < answer.size(); i++) {
            if (answer.accepts(i)) {
                return FITS;
            }
            notNow |= answer.verdict(i) instanceof Verdict.NotNow;
        }
        return notNow ? "not-now" : "never";
    }

    byte[] prioritize(byte[] body, int length) {
        var snapshot = verbs.state().snapshot();
        var asked = args.decode(body, length, snapshot.names());
        var ranking = verbs.prioritize().answer(snapshot, asked.pod(), asked.nodes(), clock.instant());
        metrics.decided(Verb.PRIORITIZE, ranking.hasBest() ? "ranked" : "none");
        return answers.prioritize(asked, ranking);
    }

    byte[] preempt(byte[] body, int length) {
        var asked = preempts.decode(body, length);
        var answer = verbs.preempt().answer(verbs.state().snapshot(), asked.pod(), asked.victims());
        metrics.decided(Verb.PREEMPT, answer.isEmpty() ? "none" : "victims");
        return preempts.encode(answer);
    }

    BindArgs bindArgs(byte[] body, int length) {
        return binds.decode(body, length);
    }

    /** Blocks until the Binding is written, refused or given up. */
    byte[] bind(BindArgs asked) {
        var answer = verbs.bind().bind(asked.pod(), asked.node(), clock.instant());
        if (answer instanceof BindAnswer.Unknown) {
            count("unknown");
            // Asked again, the verb reads what became of the write.
            answer = verbs.bind().bind(asked.pod(), asked.node(), clock.instant());
        }
        return switch (answer) {
            case BindAnswer.Bound bound -> done("bound");
            case BindAnswer.AlreadyThere there -> done("already-there");
            case BindAnswer.Conflict conflict -> {
                metrics.conflicted();
                yield failed("conflict", conflict.why());
            }
            case BindAnswer.Refused refused -> failed("refused", refused.why());
            case BindAnswer.Unknown unknown -> failed("unknown", unknown.why());
        };
    }

    private byte[] done(String verdict) {
        count(verdict);
        return ErrorAnswers.BOUND;
    }

    private byte[] failed(String verdict, String why) {
        count(verdict);
        return ErrorAnswers.error(why);
    }

    private void count(String verdict) {
        metrics.decided(Verb.BIND, verdict);
    }
}
