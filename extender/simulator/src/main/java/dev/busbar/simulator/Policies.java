package dev.busbar.simulator;

import dev.busbar.core.score.DemandMix;
import dev.busbar.simulator.ScoredPolicy.Ties;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;

/** The policies by the names that the command line knows. */
final class Policies {
    static final List<String> NAMES = List.of("busbar", "random", "bestfit", "dotprod", "fgd", "fgd-wire");

    /** What the user may set; what is not set is up to the policy. */
    record Terms(Mix mix, OptionalInt sample, Optional<Ties> ties) {
        static final Terms DEFAULT = new Terms(Mix.KNOWN, OptionalInt.empty(), Optional.empty());
    }

    /** Where a policy that looks at the mix of pods has it from. */
    enum Mix {
        /** The whole list, before the first pod arrives. */
        KNOWN,
        /** The arrivals so far. */
        LEARNT
    }

    private Policies() {}

    static Policy named(String name, Trace trace, Cluster cluster, Terms terms) {
        var random = new SplittableRandom(trace.seed());
        return switch (name) {
            case "busbar" -> busbar(trace, cluster, terms, random);
            case "random" -> scored(cluster, NodeScore.NONE, Ties.RANDOM, terms, random);
            case "bestfit" -> scored(cluster, NodeScore.BEST_FIT, Ties.RANK, terms, random);
            case "dotprod" -> scored(cluster, NodeScore.DOT_PRODUCT, Ties.RANK, terms, random);
            case "fgd" -> scored(cluster, gradientDescent(trace), Ties.RANK, terms, random);
            case "fgd-wire" ->
                scored(cluster, new NodeScore.OnTheWire(gradientDescent(trace)), Ties.RANDOM, terms, random);
            default ->
                throw new SimulationException(
                        "--policy (%s) is not known.\nMaybe one of %s.".formatted(name, String.join(", ", NAMES)));
        };
    }

    private static Policy busbar(Trace trace, Cluster cluster, Terms terms, SplittableRandom random) {
        var look =
                new KubeScheduler.Look(terms.sample().orElse(40), terms.ties().orElse(Ties.RANDOM));
        return switch (terms.mix()) {
            case KNOWN -> {
                var mix = new DemandMix(Double.POSITIVE_INFINITY);
                var scheduler = new KubeScheduler(trace, cluster, mix, look, random);
                scheduler.announce();
                yield scheduler;
            }
            case LEARNT -> new KubeScheduler(trace, cluster, DemandMix.learning(), look, random);
        };
    }

    private static NodeScore gradientDescent(Trace trace) {
        return new NodeScore.GradientDescent(trace.knownMix().forecast().typical());
    }

    private static Policy scored(Cluster cluster, NodeScore score, Ties ties, Terms terms, SplittableRandom random) {
        return new ScoredPolicy(
                cluster, score, terms.ties().orElse(ties), terms.sample().orElse(100), random);
    }
}
