package dev.busbar.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/** The machine itself, as its /proc/stat tells. */
final class Machine {

    private static final String BOOT_TIME = "btime ";

    private Machine() {}

    /** False also when either time can't be known. */
    static boolean startedBefore(Path proc, String observedAt) {
        try {
            var observed = Instant.parse(observedAt);
            return booted(proc).map(booted -> booted.isBefore(observed)).orElse(false);
        } catch (DateTimeException _) {
            return false;
        }
    }

    private static Optional<Instant> booted(Path proc) {
        try (var lines = Files.lines(proc.resolve("stat"))) {
            return lines.filter(line -> line.matches(BOOT_TIME + "[0-9]{1,12}"))
                    .map(line -> Instant.ofEpochSecond(Long.parseLong(line.substring(BOOT_TIME.length()))))
                    .findFirst();
        } catch (IOException _) {
            return Optional.empty();
        }
    }
}
