package dev.busbar.testclusters.node;

import dev.busbar.testclusters.Await;
import dev.busbar.testclusters.ClusterException;
import dev.busbar.testclusters.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where the processes of one node live: process ids, mounts and control groups of their own, so that nothing of the
 * node is left on the machine when its first process ends.
 */
final class NodeSpace implements AutoCloseable {
    /* Process 1 of the node. Folders whose path a node's programs do not let us choose are empty ones here, and what a
     * kubelet sets for the whole machine goes to files that nobody reads. Bash reaps what loses its parent. */
    private static final String FIRST = """
        set -e
        for folder in /var/lib/kubelet /var/log /run/containerd; do
            mkdir -p $folder
            mount -t tmpfs tmpfs $folder
        done
        for setting in vm/overcommit_memory kernel/panic kernel/panic_on_oops; do
            file=/run/containerd/${setting##*/}
            cat /proc/sys/$setting >$file
            mount --bind $file /proc/sys/$setting
        done
        echo up
        while read -r _; do :; done
        """;

    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");
    private static final Duration SOON = Duration.ofSeconds(30);

    private final Path logs;
    private final Program first;
    private final long processOne;
    private final List<Path> groups;

    private NodeSpace(Path logs, Program first, long processOne, List<Path> groups) {
        this.logs = logs;
        this.first = first;
        this.processOne = processOne;
        this.groups = groups;
    }

    /** @param cgroup a name below the root of each hierarchy */
    static NodeSpace open(String cgroup, Path logs) throws IOException {
        var groups = makeGroups(cgroup);
        var log = logs.resolve("node.log");
        var command =
                List.of("unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "bash", "-c", FIRST);
        var first = Program.start("the node's first process", log, command);
        first.awaitReady(SOON, () -> says(log, "up"));
        var inner = Await.value(
                "the node's process 1 is there",
                SOON,
                () -> ProcessHandle.of(first.pid())
                        .flatMap(outer -> outer.children().findFirst()));
        return new NodeSpace(logs, first, inner.pid(), groups);
    }

    private static boolean says(Path log, String line) {
        try {
            return Files.readAllLines(log).contains(line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Cgroup v1 has a folder per hierarchy; v2 is one hierarchy and shows its list of controllers. */
    private static List<Path> makeGroups(String name) throws IOException {
        var made = new ArrayList<Path>();
        for (var hierarchy : hierarchies()) {
            made.add(Files.createDirectories(hierarchy.resolve(name)));
        }
        return made;
    }

    private static List<Path> hierarchies() throws IOException {
        if (Files.exists(CGROUPS.resolve("cgroup.controllers"))) {
            return List.of(CGROUPS);
        }
        try (var folders = Files.list(CGROUPS)) {
            return folders.toList();
        }
    }

    /** Starts a program in the node. */
    Program start(String name, List<String> command) {
        return Program.startInside(name, logs.resolve(name + ".log"), entry(), command);
    }

    /** What a program says that does one thing in the node and ends. */
    String run(String... command) {
        return Tool.run(Stream.concat(entry().stream(), Stream.of(command)).toList());
    }

    private List<String> entry() {
        return List.of("nsenter", "--target", Long.toString(processOne), "--mount", "--pid", "--");
    }

    @Override
    public void close() {
        first.kill();
        Await.until(
                "the node's processes are gone",
                SOON,
                () -> ProcessHandle.of(processOne).isEmpty());
        groups.forEach(NodeSpace::remove);
    }

    /** A control group goes when its last process has been reaped, which is soon. */
    private static void remove(Path group) {
        Await.until("control group %s is empty".formatted(group), SOON, () -> isRemoved(group));
    }

    private static boolean isRemoved(Path group) {
        try (Stream<Path> inside = Files.walk(group)) {
            for (var folder : inside.filter(Files::isDirectory)
                    .sorted(Comparator.reverseOrder())
                    .toList()) {
                Files.delete(folder);
            }
            return true;
        } catch (DirectoryNotEmptyException e) {
            return false;
        } catch (IOException e) {
            if (String.valueOf(e.getMessage()).contains("busy")) {
                return false;
            }
            throw new ClusterException("control group %s could not be removed".formatted(group), e);
        }
    }
}
