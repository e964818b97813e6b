package dev.busbar.agent.nvml;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Reads the instances that a GPU is cut into. */
final class MigReader {

    private static final int MAX_INSTANCES = 64;
    private static final int MAX_LETTERS = 32;

    private final NvmlLibrary nvml;

    MigReader(NvmlLibrary nvml) {
        this.nvml = nvml;
    }

    List<FoundMig> instances(MemorySegment device, Arena arena, NvmlReader reader) {
        var mode = arena.allocate(JAVA_INT, 2);
        var code = nvml.call(NvmlFunction.MIG_MODE, device, mode, mode.asSlice(4));
        if (!code.ok() || mode.get(JAVA_INT, 0) != 1) {
            return List.of();
        }
        var count = arena.allocate(JAVA_INT);
        if (!nvml.call(NvmlFunction.MIG_COUNT, device, count).ok()) {
            return List.of(FoundMig.NONE_YET);
        }
        var instances = new ArrayList<FoundMig>();
        var handle = arena.allocate(ADDRESS);
        for (int i = 0; i < Math.min(count.get(JAVA_INT, 0), MAX_INSTANCES); i++) {
            if (nvml.call(NvmlFunction.MIG_DEVICE, device, i, handle).ok()) {
                instances.add(instance(handle.get(ADDRESS, 0), arena, reader));
            }
        }
        return instances.isEmpty() ? List.of(FoundMig.NONE_YET) : instances;
    }

    private static FoundMig instance(MemorySegment device, Arena arena, NvmlReader reader) {
        var name = reader.text(NvmlFunction.NAME, device, arena);
        var last = name.substring(name.lastIndexOf(' ') + 1); // "NVIDIA A100-SXM4-40GB MIG 1g.5gb"
        var profile = last.substring(0, Math.min(last.length(), MAX_LETTERS));
        var total = Math.max(reader.memory(device, arena).total(), 0);
        return new FoundMig(reader.text(NvmlFunction.UUID, device, arena), profile, total);
    }
}
