package dev.busbar.agent.nvml;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/** Reads the machine through NVML. Whatever a driver answers, the result is an inventory, if need be with problems. */
final class NvmlReader {

    static final int MAX_GPUS = 64;
    private static final int MAX_PROCESSES = 1024;
    private static final int PROCESS_BYTES = 24;
    // nvmlMemory_v2_t: version, total, reserved, free, used; the version holds the size and a 2
    private static final int MEMORY_V2 = 40 | (2 << 24);

    private final NvmlLibrary nvml;
    private final LinkReader links;
    private final MigReader mig;

    NvmlReader(NvmlLibrary nvml) {
        this.nvml = nvml;
        this.links = new LinkReader(nvml);
        this.mig = new MigReader(nvml);
    }

    NvmlCode init() {
        return nvml.call(NvmlFunction.INIT);
    }

    Inventory inventory() {
        var problems = new ArrayList<String>();
        var gpus = new ArrayList<FoundGpu>();
        var uuids = new HashSet<String>();
        devices(
                problems::add,
                (index, device) -> gpu(index, device, problems::add).ifPresent(gpu -> {
                    if (uuids.add(gpu.uuid())) {
                        gpus.add(gpu);
                    } else {
                        problems.add(
                                "GPU %d has the UUID of another (%s) and is left out".formatted(index, gpu.uuid()));
                    }
                }));
        return new Inventory(gpus, problems);
    }

    List<Use> use() {
        var uses = new ArrayList<Use>();
        devices(_ -> {}, (_, device) -> use(device).ifPresent(uses::add));
        return uses;
    }

    interface DeviceReader {
        void read(int index, MemorySegment device);
    }

    void devices(Consumer<String> problem, DeviceReader reader) {
        try (var arena = Arena.ofConfined()) {
            var count = arena.allocate(JAVA_INT);
            var code = nvml.call(NvmlFunction.COUNT, count);
            if (!code.ok()) {
                problem.accept("NVML can't count the GPUs: " + code);
                return;
            }
            int gpus = count.get(JAVA_INT, 0);
            if (gpus < 0 || gpus > MAX_GPUS) {
                problem.accept(
                        "NVML counts %s GPUs; at most %d are read".formatted(Integer.toUnsignedString(gpus), MAX_GPUS));
                gpus = MAX_GPUS;
            }
            readEach(gpus, arena, problem, reader);
        }
    }

    private void readEach(int gpus, Arena arena, Consumer<String> problem, DeviceReader reader) {
        var handle = arena.allocate(ADDRESS);
        int missing = 0;
        for (int index = 0; index < gpus; index++) {
            var code = nvml.call(NvmlFunction.DEVICE, index, handle);
            if (code.ok()) {
                reader.read(index, handle.get(ADDRESS, 0));
            } else if (code.lost()) {
                problem.accept("GPU %d does not answer: %s".formatted(index, code));
            } else {
                missing++;
            }
        }
        if (missing > 0) {
            problem.accept("NVML counts %d GPUs more than it can open".formatted(missing));
        }
    }

    private Optional<FoundGpu> gpu(int index, MemorySegment device, Consumer<String> problem) {
        try (var arena = Arena.ofConfined()) {
            var uuid = text(NvmlFunction.UUID, device, arena);
            if (uuid.isEmpty()) {
                problem.accept("GPU %d does not tell its UUID and is left out".formatted(index));
                return Optional.empty();
            }
            var pci = arena.allocate(256);
            var busId = nvml.call(NvmlFunction.PCI, device, pci).ok() ? PciInfo.busId(pci) : "";
            return Optional.of(new FoundGpu(
                    index,
                    uuid,
                    text(NvmlFunction.NAME, device, arena),
                    busId,
                    Math.max(memory(device, arena).total(), 0),
                    links.links(device, arena),
                    mig.instances(device, arena, this),
                    fabric(device, arena)));
        }
    }

    private Optional<Use> use(MemorySegment device) {
        try (var arena = Arena.ofConfined()) {
            var uuid = text(NvmlFunction.UUID, device, arena);
            var memory = memory(device, arena);
            if (uuid.isEmpty() || memory.used() < 0 || memory.used() > memory.total()) {
                return Optional.empty();
            }
            return Optional.of(new Use(uuid, memory.used(), processes(device, arena)));
        }
    }

    /** Empty when the driver does not tell. What it says is data of a stranger: at most 96 bytes, printable only. */
    String text(NvmlFunction function, MemorySegment device, Arena arena) {
        var buffer = arena.allocate(96);
        if (!nvml.call(function, device, buffer, 96).ok()) {
            return "";
        }
        var text = new StringBuilder();
        for (int i = 0; i < 96; i++) {
            int c = buffer.get(JAVA_BYTE, i);
            if (c == 0) {
                break;
            }
            if (c >= ' ' && c < 127) {
                text.append((char) c);
            }
        }
        return text.toString().strip();
    }

    /** Bytes; both are -1 when they can't be read. */
    record MemoryInfo(long total, long used) {}

    MemoryInfo memory(MemorySegment device, Arena arena) {
        var v2 = arena.allocate(40, 8);
        v2.set(JAVA_INT, 0, MEMORY_V2);
        if (nvml.call(NvmlFunction.MEMORY_V2, device, v2).ok()) {
            // What the driver keeps for itself can't be had by a pod, so it counts as used.
            return new MemoryInfo(v2.get(JAVA_LONG, 8), v2.get(JAVA_LONG, 16) + v2.get(JAVA_LONG, 32));
        }
        var v1 = arena.allocate(24, 8);
        if (nvml.call(NvmlFunction.MEMORY, device, v1).ok()) {
            return new MemoryInfo(v1.get(JAVA_LONG, 0), v1.get(JAVA_LONG, 16));
        }
        return new MemoryInfo(-1, -1);
    }

    private Use.ProcessList processes(MemorySegment device, Arena arena) {
        var count = arena.allocate(JAVA_INT);
        count.set(JAVA_INT, 0, MAX_PROCESSES);
        var list = arena.allocate((long) MAX_PROCESSES * PROCESS_BYTES, 8);
        var code = nvml.call(NvmlFunction.PROCESSES, device, count, list);
        int found = count.get(JAVA_INT, 0);
        if (!code.ok() || found < 0 || found > MAX_PROCESSES) {
            return new Use.ProcessList.Unknown();
        }
        var processes = new ArrayList<Use.GpuProcess>();
        for (int i = 0; i < found; i++) {
            long at = (long) i * PROCESS_BYTES;
            long bytes = list.get(JAVA_LONG, at + 8);
            if (bytes < 0) {
                return new Use.ProcessList.Unknown(); // "not available": all bits set
            }
            processes.add(new Use.GpuProcess(list.get(JAVA_INT, at), bytes));
        }
        return new Use.ProcessList.Known(processes);
    }

    private FoundFabric fabric(MemorySegment device, Arena arena) {
        // nvmlGpuFabricInfo_t: clusterUuid[16], status, cliqueId, state (3 = completed)
        var info = arena.allocate(32, 8);
        if (!nvml.call(NvmlFunction.FABRIC, device, info).ok()
                || info.get(JAVA_BYTE, 24) != 3
                || info.get(JAVA_INT, 16) != 0) {
            return FoundFabric.NONE;
        }
        var uuid = new UUID(bigEndian(info, 0), bigEndian(info, 8));
        if (uuid.getMostSignificantBits() == 0 && uuid.getLeastSignificantBits() == 0) {
            return FoundFabric.NONE; // one node's own NVSwitches, no fabric between nodes
        }
        return new FoundFabric(uuid.toString(), Integer.toUnsignedString(info.get(JAVA_INT, 20)));
    }

    private static long bigEndian(MemorySegment segment, long offset) {
        return segment.get(JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN), offset);
    }
}
