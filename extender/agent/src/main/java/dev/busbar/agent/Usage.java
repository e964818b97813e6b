package dev.busbar.agent;

import dev.busbar.agent.nvml.FoundGpu;
import dev.busbar.agent.nvml.Use;
import dev.busbar.agent.process.ProcessPods;
import dev.busbar.files.gputopology.GpuUse;
import dev.busbar.files.gputopology.Memory;
import dev.busbar.files.gputopology.PodMemory;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Turns measured memory into the status of a GPU, told apart by pod where the processes can be found. */
final class Usage {

    private final ProcessPods pods;

    Usage(ProcessPods pods) {
        this.pods = pods;
    }

    GpuUse of(FoundGpu gpu, @Nullable Condition condition, @Nullable Use use, String at) {
        var is = condition == null ? Condition.HEALTHY : condition;
        if (use == null) {
            return new GpuUse(gpu.uuid(), is.health(), is.reason(), Memory.NONE, "", "", List.of());
        }
        var byPod = byPod(use.processes());
        return new GpuUse(
                gpu.uuid(),
                is.health(),
                is.reason(),
                new Memory(use.usedBytes()),
                byPod.isPresent() ? GpuUse.PER_POD : GpuUse.PER_GPU,
                at,
                Limits.first(Limits.PODS_PER_GPU, byPod.orElse(List.of())));
    }

    /** Empty when even one process can't be placed: the rest would then be blamed on nobody. */
    private Optional<List<PodMemory>> byPod(Use.ProcessList processes) {
        if (!(processes instanceof Use.ProcessList.Known(var known))) {
            return Optional.empty();
        }
        Map<String, Long> bytes = new TreeMap<>();
        for (var process : known) {
            switch (pods.owner(process.pid())) {
                case ProcessPods.Owner.Pod(var uid) -> bytes.merge(uid, process.usedBytes(), Long::sum);
                case ProcessPods.Owner.Host _ -> {} // of no pod: part of the sum only
                case ProcessPods.Owner.Unseen _ -> {
                    return Optional.empty();
                }
            }
        }
        return Optional.of(bytes.entrySet().stream()
                .map(entry -> new PodMemory(entry.getKey(), new Memory(entry.getValue())))
                .toList());
    }
}
