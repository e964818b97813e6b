package dev.busbar.testclusters;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** A program that runs beside the test: its process, and the file that holds what it said. */
public final class Program implements AutoCloseable {
    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final int TAIL = 15;

    private final String name;
    private final Path log;
    private final Process process;
    private final boolean entered;

    private Program(String name, Path log, Process process, boolean entered) {
        this.name = name;
        this.log = log;
        this.process = process;
        this.entered = entered;
    }

    /** Starts it; standard output and error go to the log together. */
    public static Program start(String name, Path log, List<String> command) {
        return new Program(name, log, started(name, log, command), false);
    }

    /** Starts it as the child of a command that enters other namespaces, waits for it, and ends as it does. */
    public static Program startInside(String name, Path log, List<String> entry, List<String> command) {
        var all = Stream.concat(entry.stream(), command.stream()).toList();
        return new Program(name, log, started(name, log, all), true);
    }

    private static Process started(String name, Path log, List<String> command) {
        try {
            return Leash.start(new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile())));
        } catch (IOException e) {
            throw new ClusterException("%s could not be started (%s)".formatted(name, command.getFirst()), e);
        }
    }

    /** Its process id, as the machine counts. */
    public long pid() {
        return entered
                ? Await.value(
                                "%s has a process".formatted(name),
                                GRACE,
                                () -> process.children().findFirst())
                        .pid()
                : process.pid();
    }

    public boolean alive() {
        return process.isAlive();
    }

    public Path log() {
        return log;
    }

    /** Returns when it is ready; throws when it ends before, or isn't within the time, with the end of its log. */
    public void awaitReady(Duration within, BooleanSupplier ready) {
        try {
            Await.until(name + " is ready", within, () -> !process.isAlive() || ready.getAsBoolean());
        } catch (ClusterException e) {
            throw new ClusterException(e.getMessage() + "\n" + whatItSaid(), e);
        }
        if (!process.isAlive()) {
            throw new ClusterException("%s ended with %d\n%s".formatted(name, process.exitValue(), whatItSaid()));
        }
    }

    /** Returns when it has ended with 0; throws with the end of its log when it ended otherwise. */
    public void awaitEnd() {
        if (process.onExit().join().exitValue() != 0) {
            throw new ClusterException("%s ended with %d\n%s".formatted(name, process.exitValue(), whatItSaid()));
        }
    }

    private String whatItSaid() {
        try {
            var lines = Files.readAllLines(log);
            var tail = lines.subList(Math.max(0, lines.size() - TAIL), lines.size());
            return "%s\nThe whole log: %s".formatted(String.join("\n", tail), log);
        } catch (IOException e) {
            return "Its log could not be read: " + log;
        }
    }

    /** Asks it to end (SIGTERM) and returns its exit status; kills it when it takes too long. */
    public int stop() {
        signalled().forEach(ProcessHandle::destroy);
        try {
            if (!process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                kill();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            kill();
        }
        return process.exitValue();
    }

    /** Ends it without asking (SIGKILL) and returns when it is gone. */
    public void kill() {
        signalled().forEach(ProcessHandle::destroyForcibly);
        process.onExit().join();
    }

    private List<ProcessHandle> signalled() {
        return entered ? process.children().toList() : List.of(process.toHandle());
    }

    @Override
    public void close() {
        stop();
    }
}
