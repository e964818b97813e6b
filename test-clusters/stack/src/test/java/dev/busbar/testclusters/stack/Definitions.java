package dev.busbar.testclusters.stack;

import dev.busbar.testclusters.ControlPlane;
import dev.busbar.testclusters.Kubectl;
import dev.busbar.testclusters.Repository;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The resource types of the projects that overlays speak to: the owners' own, and for those that can't be had a mere name
 * of ours (test-clusters/definitions).
 */
final class Definitions {
    private Definitions() {}

    static void install(ControlPlane cluster) {
        var kubectl = Kubectl.of(cluster);
        kubectl.run("", "apply", "--server-side", "-f", owners().toString());
        kubectl.run(
                "",
                "apply",
                "--server-side",
                "-f",
                Repository.root().resolve("test-clusters/definitions").toString());
        kubectl.run("", "wait", "--for=condition=Established", "--timeout=60s", "crd", "--all");
    }

    private static Path owners() {
        var script = Repository.root().resolve("test-clusters/control-plane/owners-crds");
        try {
            var process = new ProcessBuilder(script.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            var lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            if (process.waitFor() != 0 || lines.isEmpty()) {
                throw new IllegalStateException("%s failed; what it said stands above".formatted(script));
            }
            return Path.of(lines.getLast());
        } catch (IOException e) {
            throw new IllegalStateException("%s could not be run".formatted(script), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
