package dev.busbar.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What Busbar reaches over its JSON verbs, against the best published policy with every advantage the wire takes. */
@Tag("needs-data")
class ThroughTheWireIT {
    private static final List<String> LISTS = List.of("default", "cpu200", "gpushare60", "multigpu30");

    @Test
    void busbar_allocates_more_than_fgd_and_drops_no_more_big_or_cpu_only_pods() {
        var busbar = runs("busbar");
        var fgd = runs("fgd");

        assertThat(mean(busbar, Saturation.Result::allocation)).isGreaterThanOrEqualTo(95.4);
        assertThat(mean(busbar, Saturation.Result::firstDrop))
                .isGreaterThanOrEqualTo(mean(fgd, Saturation.Result::firstDrop));
        assertThat(mean(busbar, result -> result.dropped(PodClass.EIGHT)))
                .isLessThanOrEqualTo(mean(fgd, result -> result.dropped(PodClass.EIGHT)));
        assertThat(mean(busbar, result -> result.dropped(PodClass.CPU_ONLY)))
                .isLessThanOrEqualTo(mean(fgd, result -> result.dropped(PodClass.CPU_ONLY)));
    }

    private static List<Saturation.Result> runs(String policy) {
        var results = new ArrayList<Saturation.Result>();
        for (String list : LISTS) {
            var trace = Trace.read(TraceFolder.openb(), list, 42);
            var cluster = new Cluster(trace.nodes());
            var named = Policies.named(policy, trace, cluster, Policies.Terms.DEFAULT);
            results.add(new Saturation(trace, cluster, named).run());
        }
        return results;
    }

    private static double mean(List<Saturation.Result> results, ToDoubleFunction<Saturation.Result> of) {
        return results.stream().mapToDouble(of).average().orElseThrow();
    }
}
