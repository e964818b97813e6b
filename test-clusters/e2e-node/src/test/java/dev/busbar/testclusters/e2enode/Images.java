package dev.busbar.testclusters.e2enode;

import dev.busbar.testclusters.ControlPlane;
import dev.busbar.testclusters.Repository;
import dev.busbar.testclusters.node.StaticImage;
import dev.busbar.testclusters.node.Tool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The images that the manifests name, built from this checkout on a root file system of Debian's packages. */
record Images(Path busbar, Path translators, Path scheduler) {
    private static final Path SCRIPTS = Repository.root().resolve("manifests/images");

    /** @param scheduler what the manifests call kube-scheduler's image; ours holds the control plane's own program */
    static Images build(ControlPlane cluster, String scheduler) {
        var base = Path.of(
                Tool.run(SCRIPTS.resolve("base").toString()).lines().toList().getLast());
        var busbar = CompletableFuture.supplyAsync(() -> archive("busbar", base));
        var translators = archive("translators", base);
        var other = scheduler(cluster, scheduler, base);
        return new Images(busbar.join(), translators, other);
    }

    List<Path> archives() {
        return List.of(busbar, translators, scheduler);
    }

    private static Path archive(String name, Path base) {
        try {
            var folder = Files.createDirectories(Path.of("target/images").toAbsolutePath());
            var archive = folder.resolve(name + ".tar");
            Tool.run(SCRIPTS.resolve("without-docker").toString(), name, base.toString(), archive.toString());
            return archive;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path scheduler(ControlPlane cluster, String name, Path base) {
        try {
            var folder = Files.createTempDirectory(cluster.folder(), "scheduler-image-");
            var root = folder.resolve("root");
            Tool.run("cp", "-a", base.toString(), root.toString());
            Files.copy(
                    Path.of(cluster.program("kube-scheduler")),
                    root.resolve("usr/bin/kube-scheduler"),
                    StandardCopyOption.COPY_ATTRIBUTES);
            return StaticImage.of(name, root, "/usr/bin/kube-scheduler", folder).archive();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
