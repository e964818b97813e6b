package dev.busbar.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The harness reproduces the results that were published for plain policies, so that it can be believed for ours. */
@Tag("needs-data")
class PublishedPoliciesIT {
    private static final Map<String, List<Double>> BEST_FIT = Map.of(
            "default", List.of(93.13, 93.25, 93.09),
            "cpu200", List.of(92.62, 92.82, 92.03),
            "gpushare60", List.of(89.72, 89.58, 89.42),
            "multigpu30", List.of(94.63, 94.39, 94.82),
            "gpuspec10", List.of(93.61, 93.52, 93.27));

    private static final Map<String, List<Double>> GRADIENT_DESCENT = Map.of(
            "default", List.of(95.29, 95.32, 95.44),
            "cpu200", List.of(94.99, 95.24, 94.77),
            "gpushare60", List.of(91.36, 91.56, 91.51),
            "multigpu30", List.of(96.53, 96.36, 96.56),
            "gpuspec10", List.of(94.73, 94.89, 94.96));

    record Case(String policy, String list, int seed, double allocation, double tolerance) {
        @Override
        public String toString() {
            return policy + " on " + list + ", seed " + seed;
        }
    }

    static Stream<Case> cases() {
        return Stream.concat(cases("bestfit", BEST_FIT, 0.01), cases("fgd", GRADIENT_DESCENT, 0.06));
    }

    private static Stream<Case> cases(String policy, Map<String, List<Double>> published, double tolerance) {
        return published.entrySet().stream()
                .flatMap(list -> Stream.of(42, 43, 44)
                        .map(seed -> new Case(
                                policy, list.getKey(), seed, list.getValue().get(seed - 42), tolerance)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void allocation_equals_the_published_one(Case of) {
        var trace = Trace.read(TraceFolder.openb(), of.list(), of.seed());
        var cluster = new Cluster(trace.nodes());
        var policy = Policies.named(of.policy(), trace, cluster, Policies.Terms.DEFAULT);

        var result = new Saturation(trace, cluster, policy).run();

        // The tables give two decimals, so half a hundredth is theirs.
        assertThat(result.allocation()).isEqualTo(of.allocation(), within(of.tolerance() + 0.005));
    }
}
