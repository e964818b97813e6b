package dev.busbar.core.verbs;

import dev.busbar.core.cluster.ClusterSnapshot;
import dev.busbar.core.cluster.ClusterState;
import dev.busbar.core.cluster.NodeState;
import dev.busbar.core.placement.NodeVerdicts;
import dev.busbar.core.placement.Ranking;
import dev.busbar.core.placement.Verdict;
import dev.busbar.core.placement.Verdicts;
import dev.busbar.core.topology.Origin;
import dev.busbar.core.workload.Pod;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Why a pod goes where it goes: every node's verdict, the chosen one and the runner-up. Claims nothing. */
public final class Explanation {
    /** One node's line: the node as it was, and its verdict. */
    public record Line(NodeState state, Verdict verdict) {
        public String node() {
            return state.name();
        }

        public Origin origin() {
            return state.topology().origin();
        }

        /** UUIDs of the set that the pod would receive there, in index order. */
        public List<String> gpus() {
            if (!(verdict instanceof Verdict.Fits fits)) {
                return List.of();
            }
            return fits.gpus()
                    .indices()
                    .mapToObj(i -> state.topology().gpus().get(i).uuid())
                    .toList();
        }

        /** Who measured the memory of the GPUs; empty where there are none. */
        public String memory() {
            return state.topology().gpus().isEmpty() ? "" : state.use().words();
        }

        /** The GPUs that nobody gets, each with the reason. */
        public List<String> notOffered() {
            return state.topology().gpus().stream()
                    .filter(gpu -> !gpu.health().isOffered())
                    .map(gpu -> "GPU %d: not offered, %s"
                            .formatted(gpu.index(), gpu.health().words()))
                    .toList();
        }
    }

    private final Pod pod;
    private final List<Line> lines;
    private final Ranking ranking;

    private Explanation(Pod pod, List<Line> lines, Ranking ranking) {
        this.pod = pod;
        this.lines = lines;
        this.ranking = ranking;
    }

    /** Explains a pod over the whole cluster as it is now. */
    public static Explanation of(ClusterState state, Verdicts verdicts, Pod pod) {
        var snapshot = state.snapshot();
        var numbers = IntStream.range(0, snapshot.size()).toArray();
        return of(snapshot, pod, numbers, new Nodes(state, verdicts).on(snapshot, pod, numbers));
    }

    /** Explains what was decided on these nodes; a number below 0 is a node that is not known, and is left out. */
    static Explanation of(ClusterSnapshot snapshot, Pod pod, int[] numbers, NodeVerdicts verdicts) {
        int[] known =
                IntStream.range(0, numbers.length).filter(i -> numbers[i] >= 0).toArray();
        var lines = new ArrayList<Line>();
        for (int i : known) {
            lines.add(new Line(snapshot.node(numbers[i]), verdicts.verdict(i)));
        }
        var ranking = Ranking.of(
                Arrays.stream(known).map(i -> numbers[i]).toArray(),
                verdicts.replacedBy(
                        Arrays.stream(known).mapToObj(verdicts::verdict).toArray(Verdict[]::new)));
        return new Explanation(pod, List.copyOf(lines), ranking);
    }

    public Pod pod() {
        return pod;
    }

    public List<Line> lines() {
        return lines;
    }

    public Optional<Line> chosen() {
        return ranking.hasBest() ? Optional.of(lines.get(ranking.best())) : Optional.empty();
    }

    public Optional<Line> runnerUp() {
        return ranking.hasRunnerUp() ? Optional.of(lines.get(ranking.runnerUp())) : Optional.empty();
    }
}
