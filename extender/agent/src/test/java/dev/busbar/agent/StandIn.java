package dev.busbar.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/** A machine of test-clusters/agent in a folder: a library that answers as its NVML, and its /sys. */
final class StandIn {

    static final Path MACHINES = Path.of("../../test-clusters/agent");
    private static final ConcurrentHashMap<Driver, Path> LIBRARIES = new ConcurrentHashMap<>();

    enum Driver {
        CURRENT,
        OLD
    }

    private final Path folder;

    private StandIn(Path folder) {
        this.folder = folder;
    }

    static StandIn of(String machine, Path folder) throws IOException {
        return of(machine, folder, Driver.CURRENT);
    }

    static StandIn of(String machine, Path folder, Driver driver) throws IOException {
        var standIn = new StandIn(folder);
        var lines = Files.readAllLines(MACHINES.resolve(machine).resolve("machine.txt"));
        Files.write(standIn.description(), lines);
        // A copy for each: a library that is loaded once answers for one machine.
        Files.copy(LIBRARIES.computeIfAbsent(driver, StandIn::compile), standIn.library());
        new SysfsTree(standIn.sysfs()).build(lines);
        return standIn;
    }

    private Path description() {
        return folder.resolve("machine.txt");
    }

    Path library() {
        return folder.resolve("libnvidia-ml.so");
    }

    Path sysfs() {
        return folder.resolve("sys");
    }

    Path proc() {
        return folder.resolve("proc");
    }

    Path socket() {
        return folder.resolve("kubelet.sock");
    }

    List<String> lines() throws IOException {
        return Files.readAllLines(description());
    }

    /** From the next call on the library answers as these lines say. */
    void change(List<String> lines) throws IOException {
        var next = folder.resolve("machine.next");
        Files.write(next, lines);
        Files.move(next, description(), StandardCopyOption.ATOMIC_MOVE);
    }

    void add(String line) throws IOException {
        var lines = new ArrayList<>(lines());
        lines.add(line);
        change(lines);
    }

    AgentOptions options() {
        return new AgentOptions(
                "n1", "", library().toString(), sysfs(), proc(), socket(), folder.resolve("config.yaml"));
    }

    private static Path compile(Driver driver) {
        try {
            var library = Files.createDirectories(Path.of("target/stand-in")).resolve(driver + ".so");
            var command = List.of(
                    "gcc",
                    "-Wall",
                    "-Werror",
                    "-O1",
                    "-shared",
                    "-fPIC",
                    driver == Driver.OLD ? "-DOLD_DRIVER" : "-DCURRENT_DRIVER",
                    "-o",
                    library.toString(),
                    "src/test/c/nvml.c");
            int code = new ProcessBuilder(command).inheritIO().start().waitFor();
            if (code != 0) {
                throw new IllegalStateException("gcc ended with " + code);
            }
            return library;
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException("the stand-in for NVML needs gcc.\nMaybe run make tools.", e);
        }
    }
}
