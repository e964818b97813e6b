package dev.busbar.core.verbs;

import dev.busbar.core.cluster.ClusterSnapshot;
import dev.busbar.core.cluster.ClusterState;
import dev.busbar.core.placement.Ranking;
import dev.busbar.core.placement.Verdict;
import dev.busbar.core.placement.Verdicts;
import dev.busbar.core.topology.TopologySource;
import dev.busbar.core.workload.Pod;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Why a pod goes where it goes: every node's verdict, the chosen one and the runner-up. Claims nothing. */
public final class Explanation {
    /**
     * One node's line.
     *
     * @param gpus UUIDs of the set that the pod would receive there, in index order
     */
    public record Line(String node, TopologySource source, Verdict verdict, List<String> gpus) {
        public Line {
            gpus = List.copyOf(gpus);
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
    static Explanation of(ClusterSnapshot snapshot, Pod pod, int[] numbers, Verdict[] verdicts) {
        int[] known =
                IntStream.range(0, numbers.length).filter(i -> numbers[i] >= 0).toArray();
        var lines = new ArrayList<Line>();
        for (int i : known) {
            lines.add(line(snapshot, numbers[i], verdicts[i]));
        }
        var ranking = Ranking.of(
                Arrays.stream(known).map(i -> numbers[i]).toArray(),
                Arrays.stream(known).mapToObj(i -> verdicts[i]).toArray(Verdict[]::new));
        return new Explanation(pod, List.copyOf(lines), ranking);
    }

    private static Line line(ClusterSnapshot snapshot, int number, Verdict verdict) {
        var node = snapshot.node(number);
        var gpus = verdict instanceof Verdict.Fits fits
                ? fits.gpus()
                        .indices()
                        .mapToObj(i -> node.topology().gpus().get(i).uuid())
                        .toList()
                : List.<String>of();
        return new Line(node.name(), node.topology().source(), verdict, gpus);
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
