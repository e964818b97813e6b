package dev.busbar.testclusters;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A `busbar serve`. */
public final class Busbar extends ServedJar {
    private Busbar(List<String> arguments, Path logs) {
        super("busbar", "/readyz", List.of("-Xmx512m", "-jar", jar("extender/app/target/busbar.jar")), arguments, logs);
    }

    /** How a user starts one with these arguments. */
    public static List<String> command(String... arguments) {
        var command =
                new ArrayList<>(List.of(java(), "-Xmx512m", "-jar", jar("extender/app/target/busbar.jar"), "serve"));
        command.addAll(List.of(arguments));
        return List.copyOf(command);
    }

    /** Serves the cluster of a control plane. */
    public static Busbar serve(ControlPlane cluster) {
        return serve(cluster.logs(), "--kubeconfig", cluster.kubeconfig().toString());
    }

    /** Serves what the arguments say; its log goes to the folder. */
    public static Busbar serve(Path logs, String... arguments) {
        return new Busbar(List.of(arguments), logs);
    }
}
