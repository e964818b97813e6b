package dev.busbar.simulator;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What {@code busbar simulate} takes for a cluster in files. */
final class ClusterOptions {
    static final String DEMO = "demo";

    @Option(
            names = "--cluster",
            paramLabel = "DIR|FILE|NAME",
            description = "A cluster in files, such as what GET /snapshot answers, or a bundled one: its pods without a"
                    + " node are placed, and those of --pods after them. Has it none, a made-up stream arrives. "
                    + "Without --trace and --server: demo.")
    @Nullable
    String cluster;

    @Option(names = "--pods", paramLabel = "FILE", description = "Pods that arrive at --cluster, in this order.")
    @Nullable
    Path pods;

    @Option(
            names = "--translators",
            description = "Fill --cluster with translators instead, one GPU each and by need, and compare the use.")
    boolean translators;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "table|json",
            defaultValue = "table",
            description = "How to print where the pods of --cluster went; default: ${DEFAULT-VALUE}.")
    String output = "";

    boolean areGiven() {
        return cluster != null || pods != null || translators;
    }

    String clusterOrDemo() {
        return Optional.ofNullable(cluster).orElse(DEMO);
    }

    /** How placements are printed. */
    enum Form {
        TABLE,
        JSON
    }
}
