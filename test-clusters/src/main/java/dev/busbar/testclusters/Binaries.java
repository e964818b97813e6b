package dev.busbar.testclusters;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The folder that holds the programs of the control plane, built on first use. */
record Binaries(Path folder) {
    /** Where {@code control-plane/build} says; with an empty cache that takes minutes, its progress on stderr. */
    static Binaries find() {
        return new Binaries(build("test-clusters/control-plane/build"));
    }

    /** The last line that a script of this checkout prints. */
    static Path build(String name, String... arguments) {
        var script = Repository.root().resolve(name).toString();
        var command = new ArrayList<>(List.of(script));
        command.addAll(List.of(arguments));
        try {
            var build = Leash.start(new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT));
            List<String> lines;
            try (var out = build.inputReader(StandardCharsets.UTF_8)) {
                lines = out.lines().toList();
            }
            if (build.waitFor() != 0 || lines.isEmpty()) {
                throw new ClusterException("%s failed; what it said stands above".formatted(script));
            }
            return Path.of(lines.getLast());
        } catch (IOException e) {
            throw new ClusterException("%s could not be run".formatted(script), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException("interrupted while %s ran".formatted(script), e);
        }
    }

    String program(String name) {
        var program = folder.resolve(name);
        if (!Files.isExecutable(program)) {
            throw new ClusterException("""
                %s is missing in the control plane's folder (%s).
                Maybe unset BUSBAR_CONTROL_PLANE, and it is built from its Go modules.\
                """.formatted(name, folder));
        }
        return program.toString();
    }
}
