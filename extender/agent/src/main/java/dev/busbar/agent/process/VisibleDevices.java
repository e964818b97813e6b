package dev.busbar.agent.process;

import dev.busbar.files.gputopology.PodDevices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The GPUs that running containers were started with, read from the environment of their processes. An environment is
 * fixed when a program starts, so each process is read once; now and then it is checked whether an id is of the same
 * program still.
 */
public final class VisibleDevices {

    private static final Pattern VARIABLE = Pattern.compile("(?:^|\0)NVIDIA_VISIBLE_DEVICES=([^\0]{1,4096})");
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");
    // What a container's first process is called until its program takes its place, under the same id.
    private static final String NOT_YET_ITSELF = "(runc:[";
    private static final int CHECK_EVERY = 12;

    private final Path proc;
    private final ProcessPods pods;
    private final Map<Integer, Seen> seen = new HashMap<>();
    private int looks;

    public VisibleDevices(Path proc) {
        this.proc = proc;
        this.pods = new ProcessPods(proc);
    }

    /** A program when it was read; {@code uid} and {@code devices} are empty where there is nothing to tell. */
    private record Seen(String program, String uid, String devices) {}

    /** By pod; {@code uuids} are the node's GPUs in the order of their index. */
    public List<PodDevices> read(List<String> uuids) {
        var running = running();
        seen.keySet().retainAll(running);
        var check = looks++ % CHECK_EVERY == 0;
        running.forEach(pid -> seen.compute(pid, (_, before) -> current(pid, before, check)));
        Map<String, Set<String>> held = new TreeMap<>();
        for (var process : seen.values()) {
            if (!process.devices().isEmpty()) {
                held.computeIfAbsent(process.uid(), _ -> new TreeSet<>()).addAll(gpus(process.devices(), uuids));
            }
        }
        return held.entrySet().stream()
                .filter(entry -> !entry.getValue().isEmpty())
                .map(entry ->
                        new PodDevices("", "", entry.getKey(), List.copyOf(entry.getValue()), PodDevices.CONTAINER))
                .toList();
    }

    private @Nullable Seen current(int pid, @Nullable Seen before, boolean check) {
        if (before != null && (!check || before.program().equals(program(pid)))) {
            return before;
        }
        var program = program(pid);
        if (program.startsWith(NOT_YET_ITSELF)) {
            return null;
        }
        return switch (pods.owner(pid)) {
            case ProcessPods.Owner.Pod(var uid) -> new Seen(program, uid, devices(pid));
            case ProcessPods.Owner.Host _, ProcessPods.Owner.Unseen _ -> new Seen(program, "", "");
        };
    }

    private String devices(int pid) {
        var environment = pods.text(pid, "environ").orElse("");
        var variable = VARIABLE.matcher(environment);
        return variable.find() ? variable.group(1) : "";
    }

    /** Fields 2 and 22 of stat: a name in brackets that may hold anything, and when the process started. */
    private String program(int pid) {
        var stat = pods.text(pid, "stat").orElse("");
        int end = stat.lastIndexOf(')') + 1;
        var started = Stream.of(stat.substring(end).strip().split(" ")).skip(19).findFirst();
        return stat.substring(Math.max(0, stat.indexOf('(')), end) + started.orElse("");
    }

    private static List<String> gpus(String devices, List<String> uuids) {
        return Stream.of(devices.split(","))
                .flatMap(device -> gpu(device.strip(), uuids))
                .toList();
    }

    private static Stream<String> gpu(String device, List<String> uuids) {
        if (device.equals("all")) {
            return uuids.stream();
        }
        if (NUMBER.matcher(device).matches()) {
            return Stream.of(device)
                    .map(Integer::parseInt)
                    .filter(i -> i < uuids.size())
                    .map(uuids::get);
        }
        return uuids.contains(device) ? Stream.of(device) : Stream.empty(); // "none", "void", or of another node
    }

    private Set<Integer> running() {
        try (var entries = Files.list(proc)) {
            return entries.map(entry -> Optional.ofNullable(entry.getFileName())
                            .map(Path::toString)
                            .orElse(""))
                    .filter(name -> NUMBER.matcher(name).matches())
                    .map(Integer::valueOf)
                    .collect(Collectors.toSet());
        } catch (IOException _) {
            return Set.of();
        }
    }
}
