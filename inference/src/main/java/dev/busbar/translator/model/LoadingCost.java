package dev.busbar.translator.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** What opening one graph costs before its first use: how much the process grew, and how long it took. */
public record LoadingCost(long residentBytes, Duration time) {
    private static final Path STATUS = Path.of("/proc/self/status");

    public static LoadingCost of(Path graph, SessionSettings settings) throws IOException {
        long before = resident();
        long start = System.nanoTime();
        try (OrtSession session = OrtSession.open(graph, settings)) {
            Duration time = Duration.ofNanos(System.nanoTime() - start);
            if (session.inputs().isEmpty()) {
                throw new IllegalStateException("%s has no inputs".formatted(graph));
            }
            return new LoadingCost(resident() - before, time);
        }
    }

    private static long resident() throws IOException {
        for (String line : Files.readAllLines(STATUS)) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) << 10;
            }
        }
        throw new IOException(STATUS + " has no VmRSS");
    }
}
