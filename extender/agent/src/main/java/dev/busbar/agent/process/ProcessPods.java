package dev.busbar.agent.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/** Finds the pod of a process by the name of its control group, in a folder laid out as /proc. */
public final class ProcessPods {

    // …/kubepods/burstable/pod0f1e…/… with the cgroupfs driver, kubepods-burstable-pod0f1e_….slice with systemd
    private static final Pattern POD_UID =
            Pattern.compile("pod([0-9a-f]{8}([-_][0-9a-f]{4}){3}[-_][0-9a-f]{12}|[0-9a-f]{32})");
    private static final int MAX_BYTES = 64 * 1024;

    private final Path proc;

    public ProcessPods(Path proc) {
        this.proc = proc;
    }

    /** Where a process belongs. */
    public sealed interface Owner {
        record Pod(String uid) implements Owner {}

        record Host() implements Owner {}

        /** There is no such process here: it has ended, or its id is of another process namespace. */
        record Unseen() implements Owner {}
    }

    public Owner owner(int pid) {
        var groups = text(pid, "cgroup");
        if (groups.isEmpty()) {
            return new Owner.Unseen();
        }
        var uid = POD_UID.matcher(groups.get());
        return uid.find() ? new Owner.Pod(uid.group(1).replace('_', '-')) : new Owner.Host();
    }

    Optional<String> text(int pid, String file) {
        try (var in =
                Files.newInputStream(proc.resolve(Integer.toUnsignedString(pid)).resolve(file))) {
            return Optional.of(new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8));
        } catch (IOException _) {
            return Optional.empty();
        }
    }
}
