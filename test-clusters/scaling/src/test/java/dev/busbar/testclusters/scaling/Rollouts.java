package dev.busbar.testclusters.scaling;

import dev.busbar.testclusters.FreePorts;
import dev.busbar.testclusters.Neighbours;
import dev.busbar.testclusters.Program;
import java.time.Duration;
import java.util.List;

/** The controller of Argo Rollouts as a process. */
final class Rollouts {
    private static final Duration START = Duration.ofMinutes(2);

    private Rollouts() {}

    /** It ends with the stage's JVM. */
    static void start(Stage stage) {
        var program = Neighbours.folder("rollouts");
        stage.define(program.resolve("crds"));
        var ports = FreePorts.take(2);
        var controller = Program.start(
                "rollouts-controller",
                stage.cluster().logs().resolve("rollouts-controller.log"),
                List.of(
                        program.resolve("rollouts-controller").toString(),
                        "--kubeconfig=" + stage.cluster().kubeconfig(),
                        "--leader-elect=false",
                        "--healthzPort=" + ports[0],
                        "--metricsPort=" + ports[1]));
        controller.awaitReady(START, () -> FreePorts.answers(ports[0]));
    }
}
