package dev.busbar.testclusters.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** A container image of one static program, as an archive that `ctr images import` takes: no registry has a part in it. */
public record StaticImage(String name, Path archive) {
    /** An image whose program prints its environment and then stays; the kubelet's pause image is one as well. */
    static StaticImage resident(String name, Path folder) throws IOException {
        var root = Files.createDirectories(folder.resolve("root"));
        StandInMachine.compile("resident.c", root.resolve("resident"), List.of("-static"));
        return of(name, root, "/resident", folder);
    }

    /** An image of what lies in a folder. */
    public static StaticImage of(String name, Path root, String program, Path folder) throws IOException {
        var layer = folder.resolve("layer.tar");
        Tool.run("tar", "--owner=0", "--group=0", "-C", root.toString(), "-cf", layer.toString(), ".");
        Files.writeString(folder.resolve("config.json"), """
            {"architecture": "%s", "os": "linux", "config": {"Entrypoint": ["%s"]},
             "rootfs": {"type": "layers", "diff_ids": ["sha256:%s"]}}
            """.formatted(architecture(), program, sha256(layer)));
        Files.writeString(folder.resolve("manifest.json"), """
            [{"Config": "config.json", "RepoTags": ["%s"], "Layers": ["layer.tar"]}]
            """.formatted(name));
        var archive = folder.resolve("image.tar");
        Tool.run(
                "tar", "-C", folder.toString(), "-cf", archive.toString(), "manifest.json", "config.json", "layer.tar");
        return new StaticImage(name, archive);
    }

    private static String architecture() {
        return System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
    }

    private static String sha256(Path file) throws IOException {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
