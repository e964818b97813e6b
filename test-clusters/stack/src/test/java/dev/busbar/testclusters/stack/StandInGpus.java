package dev.busbar.testclusters.stack;

import dev.busbar.testclusters.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A folder with a library that answers as NVIDIA's does on a machine of test-clusters/agent, and an empty /sys. */
record StandInGpus(Path folder) {
    /** Compiles the library; each GPU's UUID carries the node's name, since one machine may stand here twice. The first is 37 % busy. */
    static StandInGpus of(String machine, String node, Path parent) {
        try {
            var folder = Files.createDirectories(parent.resolve("gpus-" + node));
            var root = Repository.root();
            Files.createDirectories(folder.resolve("sys"));
            var lines = Files.readAllLines(
                    root.resolve("test-clusters/agent").resolve(machine).resolve("machine.txt"));
            var named = lines.stream().map(line -> line.replace(" GPU-", " GPU-" + node + "-"));
            Files.write(
                    folder.resolve("machine.txt"),
                    Stream.concat(named, Stream.of("busy 0 37")).toList());
            compile(root.resolve("test-clusters/src/main/c/nvml.c"), folder.resolve("libnvidia-ml.so.1"));
            return new StandInGpus(folder);
        } catch (IOException e) {
            throw new IllegalStateException("the stand-in for %s could not be laid out".formatted(node), e);
        }
    }

    private static void compile(Path source, Path library) throws IOException {
        var gcc = List.of("gcc", "-O1", "-shared", "-fPIC", "-o", library.toString(), source.toString());
        try {
            int code = new ProcessBuilder(gcc).inheritIO().start().waitFor();
            if (code != 0) {
                throw new IllegalStateException("gcc ended with %d\nMaybe run make tools.".formatted(code));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while gcc ran", e);
        }
    }

    Path library() {
        return folder.resolve("libnvidia-ml.so.1");
    }

    Path sysfs() {
        return folder.resolve("sys");
    }
}
