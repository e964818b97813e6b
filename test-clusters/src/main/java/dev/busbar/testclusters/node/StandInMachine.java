package dev.busbar.testclusters.node;

import dev.busbar.testclusters.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** A machine of test-clusters/agent in a folder: a library that answers as its NVML, and its /sys. */
public final class StandInMachine {
    public static final Path MACHINES = Repository.root().resolve("test-clusters/agent");
    private static final ConcurrentHashMap<Driver, Path> LIBRARIES = new ConcurrentHashMap<>();

    /** How old the driver is that the library stands in for. */
    public enum Driver {
        CURRENT,
        OLD
    }

    private final Path folder;

    private StandInMachine(Path folder) {
        this.folder = folder;
    }

    public static StandInMachine of(String machine, Path folder) throws IOException {
        return of(machine, folder, Driver.CURRENT);
    }

    public static StandInMachine of(String machine, Path folder, Driver driver) throws IOException {
        var standIn = new StandInMachine(folder);
        var lines = Files.readAllLines(MACHINES.resolve(machine).resolve("machine.txt"));
        Files.write(standIn.description(), lines);
        // A copy for each: a library that is loaded once answers for one machine.
        Files.copy(LIBRARIES.computeIfAbsent(driver, StandInMachine::compile), standIn.library());
        new SysfsTree(standIn.sysfs()).build(lines);
        return standIn;
    }

    public Path folder() {
        return folder;
    }

    private Path description() {
        return folder.resolve("machine.txt");
    }

    public Path library() {
        return folder.resolve("libnvidia-ml.so");
    }

    public Path sysfs() {
        return folder.resolve("sys");
    }

    /** Where a test may write its /proc; nothing is there at first. */
    public Path proc() {
        return folder.resolve("proc");
    }

    /** Where a test may listen as the kubelet; nothing is there at first. */
    public Path socket() {
        return folder.resolve("kubelet.sock");
    }

    public List<String> lines() throws IOException {
        return Files.readAllLines(description());
    }

    /** The UUIDs of its GPUs in the order of their index. */
    public List<String> uuids() throws IOException {
        return lines().stream()
                .filter(line -> line.startsWith("gpu "))
                .map(line -> List.of(line.split("\\s+", 4)).get(2))
                .toList();
    }

    /** From the next call on the library answers as these lines say. */
    public void change(List<String> lines) throws IOException {
        var next = folder.resolve("machine.next");
        Files.write(next, lines);
        Files.move(next, description(), StandardCopyOption.ATOMIC_MOVE);
    }

    public void add(String line) throws IOException {
        change(Stream.concat(lines().stream(), Stream.of(line)).toList());
    }

    private static Path compile(Driver driver) {
        try {
            var folder = Files.createDirectories(Path.of("target/stand-in").toAbsolutePath());
            var library = folder.resolve(driver + ".so");
            var options = List.of("-shared", "-fPIC", driver == Driver.OLD ? "-DOLD_DRIVER" : "-DCURRENT_DRIVER");
            compile("nvml.c", library, options);
            return library;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Compiles one of the C files of this module. */
    static void compile(String source, Path into, List<String> options) throws IOException {
        var command = new ArrayList<>(List.of("gcc", "-Wall", "-Werror", "-O1"));
        command.addAll(options);
        command.addAll(List.of("-o", into.toString()));
        command.add(Repository.root()
                .resolve("test-clusters/src/main/c")
                .resolve(source)
                .toString());
        Tool.run(command);
    }
}
