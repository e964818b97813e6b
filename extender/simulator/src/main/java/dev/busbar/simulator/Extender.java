package dev.busbar.simulator;

import dev.busbar.core.cluster.ClusterEvent;
import dev.busbar.core.cluster.ClusterSnapshot;
import dev.busbar.core.cluster.ClusterState;
import dev.busbar.core.cluster.NodeState;
import dev.busbar.core.placement.Verdict;
import dev.busbar.core.placement.Verdicts;
import dev.busbar.core.score.DemandMix;
import dev.busbar.core.verbs.BindAnswer;
import dev.busbar.core.verbs.BindVerb;
import dev.busbar.core.verbs.FilterVerb;
import dev.busbar.core.verbs.PodWriter;
import dev.busbar.core.verbs.PrioritizeVerb;
import dev.busbar.core.verbs.Promise;
import dev.busbar.core.workload.DemandReader;
import dev.busbar.core.workload.Pod;
import dev.busbar.core.workload.PodKey;
import dev.busbar.core.workload.ResourceNames;
import dev.busbar.server.wire.Answers;
import dev.busbar.server.wire.ArgsDecoder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Busbar as kube-scheduler meets it: JSON in, JSON out, over a state that hears of pods as from the API server. */
final class Extender {
    private static final Duration CLAIM_FOR = Duration.ofMinutes(1);
    private static final int MAX_DEPTH = 64;

    /** Nothing here depends on the time of day, and no claim lapses. */
    private static final Instant NOW = Instant.EPOCH;

    private final ClusterState state = new ClusterState();
    private final Verdicts verdicts;
    private final FilterVerb filter;
    private final PrioritizeVerb prioritize;
    private final BindVerb bind;
    private final ArgsDecoder decoder = new ArgsDecoder(new DemandReader(ResourceNames.DEFAULT), MAX_DEPTH);
    private final Answers answers = new Answers();

    Extender(List<ClusterEvent> cluster, DemandMix mix) {
        this.verdicts = new Verdicts(mix);
        this.filter = new FilterVerb(state, verdicts, CLAIM_FOR);
        this.prioritize = new PrioritizeVerb(state, verdicts, CLAIM_FOR);
        this.bind = new BindVerb(state, verdicts, new Accepting());
        cluster.forEach(state::apply);
    }

    /** Lets it know pods that will come. */
    void expect(List<Pod> pods) {
        verdicts.expect(state.snapshot(), pods);
    }

    void hear(ClusterEvent event) {
        state.apply(event);
    }

    byte[] filter(byte[] body) {
        var snapshot = state.snapshot();
        var args = decoder.decode(body, body.length, snapshot.names());
        return answers.filter(args, filter.answer(snapshot, args.pod(), args.nodes(), NOW));
    }

    byte[] prioritize(byte[] body) {
        var snapshot = state.snapshot();
        var args = decoder.decode(body, body.length, snapshot.names());
        return answers.prioritize(args, prioritize.answer(snapshot, args.pod(), args.nodes(), NOW));
    }

    /** Asks all verbs about one pod without the JSON; empty where no node can serve it. */
    Optional<Promise> place(Pod pod) {
        state.apply(new ClusterEvent.PodWaiting(pod));
        var snapshot = state.snapshot();
        int[] beside = IntStream.range(0, snapshot.size())
                .filter(number -> hasRoomBesideGpus(snapshot.node(number), pod))
                .toArray();
        var answer = filter.answer(snapshot, pod, beside, NOW);
        int[] feasible = IntStream.range(0, beside.length)
                .filter(answer::accepts)
                .map(position -> beside[position])
                .toArray();
        var now = state.snapshot();
        var ranking = prioritize.answer(now, pod, feasible, NOW);
        return ranking.hasBest()
                ? Optional.of(bind(pod, now.names().name(feasible[ranking.best()])))
                : Optional.empty();
    }

    /** The nodes that can serve the pod now. */
    List<NodeState> feasible(Pod pod) {
        state.apply(new ClusterEvent.PodWaiting(pod));
        var snapshot = state.snapshot();
        int[] all = IntStream.range(0, snapshot.size()).toArray();
        var answer = filter.answer(snapshot, pod, all, NOW);
        return Arrays.stream(all)
                .filter(answer::accepts)
                .mapToObj(snapshot::node)
                .filter(node -> hasRoomBesideGpus(node, pod))
                .toList();
    }

    /** What most nodes have against the pod; what may pass counts before what never will. */
    String refusal(Pod pod) {
        var snapshot = state.snapshot();
        var answer =
                filter.answer(snapshot, pod, IntStream.range(0, snapshot.size()).toArray(), NOW);
        var now = new LinkedHashMap<String, Integer>();
        var never = new LinkedHashMap<String, Integer>();
        for (int i = 0; i < answer.size(); i++) {
            switch (answer.verdict(i)) {
                case Verdict.Fits fits -> now.merge("too little CPU or memory is free", 1, Integer::sum);
                case Verdict.NotNow notNow -> now.merge(notNow.reason().text(), 1, Integer::sum);
                case Verdict.Never no -> never.merge(no.reason().text(), 1, Integer::sum);
            }
        }
        return (now.isEmpty() ? never : now)
                .entrySet().stream()
                        .max(Map.Entry.comparingByValue())
                        .map(Map.Entry::getKey)
                        .orElse("the cluster has no nodes");
    }

    /** What kube-scheduler looks at by itself. */
    private static boolean hasRoomBesideGpus(NodeState node, Pod pod) {
        var ask = pod.demand().ask();
        return node.freeCpuMilli() >= ask.cpuMilli() && node.freeMemoryBytes() >= ask.memoryBytes();
    }

    ClusterSnapshot snapshot() {
        return state.snapshot();
    }

    /** The pods that wait for a node, by name. */
    List<Pod> waiting() {
        return state.waiting().stream()
                .sorted(Comparator.comparing(pod -> pod.key().display()))
                .toList();
    }

    /** Binds the pod and tells what was written; the watch then shows the pod on the node. */
    Promise bind(Pod pod, String node) {
        if (!(bind.bind(pod.key(), node, NOW) instanceof BindAnswer.Bound(Promise promise))) {
            throw new IllegalStateException("pod %s could not be bound to node %s that was offered"
                    .formatted(pod.key().display(), node));
        }
        state.apply(new ClusterEvent.PodBound(pod, node, new ArrayList<>(promise.gpus()), NOW));
        return promise;
    }

    /** An API server that takes every write. */
    private static final class Accepting implements PodWriter {
        @Override
        public WriteOutcome bind(Promise promise) {
            return new WriteOutcome.Done();
        }

        @Override
        public Standing read(PodKey pod) {
            return new Standing.Waiting();
        }
    }
}
