package dev.busbar.core.verbs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.busbar.core.Machines;
import dev.busbar.core.cluster.ClusterEvent.NodeSeen;
import dev.busbar.core.cluster.ClusterEvent.PodBound;
import dev.busbar.core.cluster.ClusterEvent.TopologySeen;
import dev.busbar.core.cluster.ClusterState;
import dev.busbar.core.placement.Verdict.Fits;
import dev.busbar.core.placement.Verdicts;
import dev.busbar.core.score.Breakdown.Term;
import dev.busbar.core.score.DemandMix;
import dev.busbar.core.score.Forecast;
import dev.busbar.core.score.Shape;
import dev.busbar.core.topology.NodeTopology;
import dev.busbar.core.workload.GpuAsk;
import dev.busbar.core.workload.Pod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The worked example of docs/scoring.md is what the code answers. */
class ScoringPageTest {
    private static final Path PAGE = Path.of("../../docs/scoring.md");

    @Test
    void the_worked_example_is_what_explain_says() throws IOException {
        // A million pairs were asked: what the two pods on the nodes asked is lost among them.
        var pairs = List.of(new Forecast.Frequency(Shape.whole(0, 0, 2), 1_000_000));
        var mix = new DemandMix(Double.POSITIVE_INFINITY, pairs);
        var state = new ClusterState();
        node(state, "bridged", Machines.bridgedA100(), 1);
        node(state, "switched", Machines.hgxA100(), 4);

        var explanation = Explanation.of(state, new Verdicts(mix), Pod.of(Machines.pod("one"), GpuAsk.whole(1)));

        assertThat(Files.readString(PAGE)).contains(table(explanation));
    }

    @Test
    void the_page_speaks_of_every_term() throws IOException {
        var page = Files.readString(PAGE);

        assertThat(Term.values()).allSatisfy(term -> assertThat(page).contains("| `" + name(term) + "` |"));
    }

    private static void node(ClusterState state, String name, NodeTopology machine, int held) {
        state.apply(new NodeSeen(Machines.facts(name)));
        state.apply(new TopologySeen(name, machine));
        var uuids = IntStream.range(0, held).mapToObj(i -> "GPU-" + i).toList();
        state.apply(new PodBound(Pod.of(Machines.pod("on-" + name), GpuAsk.whole(held)), name, uuids, Instant.EPOCH));
    }

    private static String table(Explanation explanation) {
        var terms = Arrays.stream(Term.values()).map(ScoringPageTest::name).toList();
        var head = "| node | set | " + String.join(" | ", terms) + " | score |\n|---|---|"
                + "---:|".repeat(terms.size() + 1) + "\n";
        return explanation.lines().stream().map(line -> row(line, terms)).collect(Collectors.joining("", head, ""));
    }

    private static String row(Explanation.Line line, List<String> terms) {
        var fits = (Fits) line.verdict();
        var values = terms.stream()
                .map(term -> rounded(fits.terms().terms().getOrDefault(term, Double.NaN)))
                .collect(Collectors.joining(" | "));
        return "| %s | %s | %s | %s |\n"
                .formatted(
                        line.node(), fits.gpus(), values, rounded(fits.terms().score()));
    }

    private static String rounded(double value) {
        return String.format(Locale.ROOT, "%.0f", value + 0.0);
    }

    private static String name(Term term) {
        return term.name().toLowerCase(Locale.ROOT);
    }
}
