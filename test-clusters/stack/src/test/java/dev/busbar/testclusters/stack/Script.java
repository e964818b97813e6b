package dev.busbar.testclusters.stack;

import dev.busbar.testclusters.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** How a script of the repository ended, and all that it said. */
record Script(int code, String said) {
    private static final int MINUTES = 10;

    /** Runs a script, its name given from the repository's root. */
    static Script run(String name, String... arguments) {
        return run(name, List.of(arguments));
    }

    static Script run(String name, List<String> arguments) {
        return program(Repository.root().resolve(name).toString(), arguments);
    }

    static Script program(String program, List<String> arguments) {
        var command = new ArrayList<String>();
        command.add(program);
        command.addAll(arguments);
        try {
            var said = Files.createTempFile("script", ".txt");
            try {
                return new Script(code(command, said), Files.readString(said));
            } finally {
                Files.delete(said);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int code(List<String> command, Path said) throws IOException {
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        try {
            if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new IllegalStateException("%s did not end within %d minutes; it said:%n%s"
                        .formatted(command, MINUTES, Files.readString(said)));
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** What it said, if it ended well. */
    String well() {
        if (code != 0) {
            throw new AssertionError("it ended with %d and said:%n%s".formatted(code, said));
        }
        return said;
    }
}
