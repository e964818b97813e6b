package dev.busbar.testclusters.e2enode;

import dev.busbar.testclusters.ControlPlane;
import dev.busbar.testclusters.Repository;
import dev.busbar.testclusters.node.StaticImage;
import dev.busbar.testclusters.node.Tool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The images that the manifests name, built from this checkout on a root file system of Debian's packages. */
record Images(Path busbar, Path translators, Path scheduler) {
    private static final Path ROOT = Repository.root();
    private static final Path SCRIPTS = ROOT.resolve("manifests/images");
    private static final Path TAGS = ROOT.resolve("manifests/base/kustomization.yaml");

    /** @param scheduler what the manifests call kube-scheduler's image; ours holds the control plane's own program */
    static Images build(ControlPlane cluster, String scheduler) {
        var base = Path.of(
                Tool.run(SCRIPTS.resolve("base").toString()).lines().toList().getLast());
        var busbar = CompletableFuture.supplyAsync(
                () -> archive("busbar", base, List.of(ROOT.resolve("extender/app/target/busbar.jar"))));
        var parts = List.of(
                ROOT.resolve("inference/target/translator.jar"),
                ROOT.resolve("inference/demo-model"),
                ROOT.resolve("manifests/language-pairs.txt"));
        var translators = archive("translators", base, parts);
        var other = scheduler(cluster, scheduler, base);
        return new Images(busbar.join(), translators, other);
    }

    List<Path> archives() {
        return List.of(busbar, translators, scheduler);
    }

    /** That takes a minute, so the one that an earlier run has left is taken when it was made of the same. */
    private static Path archive(String name, Path base, List<Path> parts) {
        try {
            var folder = Files.createDirectories(Path.of("target/images", name).toAbsolutePath());
            var archive = folder.resolve(digest(base, parts) + ".tar");
            if (!Files.exists(archive)) {
                Tool.run("find", folder.toString(), "-type", "f", "-delete");
                Tool.run(SCRIPTS.resolve("without-docker").toString(), name, base.toString(), archive.toString());
            }
            return archive;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String digest(Path base, List<Path> parts) throws IOException {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update("%s %s".formatted(base, Runtime.version()).getBytes(StandardCharsets.UTF_8));
            add(SCRIPTS, digest);
            add(TAGS, digest);
            for (var part : parts) {
                add(part, digest);
            }
            return HexFormat.of().formatHex(digest.digest(), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static void add(Path part, MessageDigest digest) throws IOException {
        try (var inside = Files.walk(part)) {
            for (var file : inside.filter(Files::isRegularFile).sorted().toList()) {
                digest.update(part.relativize(file).toString().getBytes(StandardCharsets.UTF_8));
                digest.update(Files.readAllBytes(file));
            }
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
