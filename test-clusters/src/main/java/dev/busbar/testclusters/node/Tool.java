package dev.busbar.testclusters.node;

import dev.busbar.testclusters.ClusterException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A program that does one thing and ends. */
public final class Tool {
    private Tool() {}

    public static String run(String... command) {
        return run(List.of(command));
    }

    /** What it said; throws with that when it fails. */
    public static String run(List<String> command) {
        try {
            var process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new ClusterException(
                        "%s ended with %d\n%s".formatted(String.join(" ", command), process.exitValue(), said.strip()));
            }
            return said;
        } catch (IOException e) {
            throw new ClusterException("""
                %s could not be started.
                Maybe run make tools: it names what is missing.\
                """.formatted(command.getFirst()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClusterException("interrupted while %s ran".formatted(command.getFirst()), e);
        }
    }
}
