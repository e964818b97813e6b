package dev.busbar.app;

import dev.busbar.files.BundledClusters;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Lists the clusters that come inside the jar. */
@Command(
        name = "clusters",
        description = "Lists the bundled clusters; each name goes where --cluster takes one.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example: busbar clusters"})
final class ClustersCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        var table = new Table("NAME", "WHAT IT IS");
        BundledClusters.all().forEach(cluster -> table.row(cluster.name(), cluster.sentence()));
        table.print(spec.commandLine().getOut());
    }
}
