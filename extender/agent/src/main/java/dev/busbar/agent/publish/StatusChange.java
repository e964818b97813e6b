package dev.busbar.agent.publish;

import dev.busbar.files.gputopology.GpuUse;
import dev.busbar.files.gputopology.Memory;
import dev.busbar.files.gputopology.PodMemory;
import dev.busbar.files.gputopology.Status;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** How much the status of a node has changed, and how long such a change may wait to be written. */
enum StatusChange {
    /** Health, devices held, problems: a decision may be wrong without it. */
    URGENT(Duration.ofSeconds(1)),
    /** A GPU's memory use moved by more than {@link #THRESHOLD}. */
    MEMORY(Duration.ofSeconds(15)),
    /** As it was, with memory in use: samples older than five minutes are not believed, so this one is renewed. */
    IN_USE(Duration.ofMinutes(4)),
    /** As it was, with nothing in use. */
    IDLE(Duration.ofMinutes(30));

    static final Memory THRESHOLD = Memory.mebibytes(256);

    private final Duration wait;

    StatusChange(Duration wait) {
        this.wait = wait;
    }

    Duration mayWait() {
        return wait;
    }

    static StatusChange between(Status before, Status now) {
        if (!withoutMemory(before).equals(withoutMemory(now))) {
            return URGENT;
        }
        var used = now.gpus().stream().anyMatch(gpu -> gpu.usedMemory().compareTo(THRESHOLD) > 0);
        if (moved(memory(before), memory(now))) {
            return MEMORY;
        }
        return used ? IN_USE : IDLE;
    }

    private static Status withoutMemory(Status status) {
        var gpus = status.gpus().stream()
                .map(gpu ->
                        new GpuUse(gpu.uuid(), gpu.health(), gpu.reason(), Memory.NONE, gpu.measured(), "", List.of()))
                .toList();
        return new Status("", status.problems(), gpus, status.pods(), status.numa());
    }

    /** Bytes by GPU, and by GPU and pod. */
    private static Map<String, Long> memory(Status status) {
        Map<String, Long> bytes = status.gpus().stream()
                .collect(Collectors.toMap(GpuUse::uuid, gpu -> gpu.usedMemory().bytes(), Math::max));
        for (var gpu : status.gpus()) {
            bytes.putAll(gpu.pods().stream()
                    .collect(Collectors.toMap(pod -> gpu.uuid() + " " + pod.uid(), StatusChange::bytes, Long::sum)));
        }
        return bytes;
    }

    private static long bytes(PodMemory pod) {
        return pod.usedMemory().bytes();
    }

    private static boolean moved(Map<String, Long> before, Map<String, Long> now) {
        var keys = before.keySet().stream().collect(Collectors.toMap(Function.identity(), _ -> 0L));
        now.keySet().forEach(key -> keys.put(key, 0L));
        return keys.keySet().stream()
                .mapToLong(key -> Math.abs(before.getOrDefault(key, 0L) - now.getOrDefault(key, 0L)))
                .anyMatch(difference -> difference > THRESHOLD.bytes());
    }
}
