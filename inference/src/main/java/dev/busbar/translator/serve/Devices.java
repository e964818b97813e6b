package dev.busbar.translator.serve;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The GPUs of this machine as NVIDIA's management library sees them; absent where there is none. */
@SuppressWarnings("restricted")
final class Devices {
    private final MethodHandle utilization;
    private final MethodHandle memory;
    private final MethodHandle handle;

    /** One GPU by its number. */
    record Device(int index, Devices library) {
        /** 0 to 1; not a number when the library does not answer. */
        double utilization() {
            return library.read(library.utilization, index, out -> out.get(JAVA_INT, 0) / 100.0);
        }

        double usedBytes() {
            return library.read(library.memory, index, out -> out.get(JAVA_LONG, 16));
        }
    }

    private Devices(SymbolLookup symbols, Linker linker) {
        FunctionDescriptor byDevice = FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS);
        utilization = linker.downcallHandle(symbols.findOrThrow("nvmlDeviceGetUtilizationRates"), byDevice);
        memory = linker.downcallHandle(symbols.findOrThrow("nvmlDeviceGetMemoryInfo"), byDevice);
        handle = linker.downcallHandle(
                symbols.findOrThrow("nvmlDeviceGetHandleByIndex_v2"),
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
    }

    static Optional<List<Device>> find() {
        try (Arena arena = Arena.ofConfined()) {
            SymbolLookup symbols = SymbolLookup.libraryLookup("libnvidia-ml.so.1", Arena.global());
            Linker linker = Linker.nativeLinker();
            MethodHandle start =
                    linker.downcallHandle(symbols.findOrThrow("nvmlInit_v2"), FunctionDescriptor.of(JAVA_INT));
            MethodHandle count = linker.downcallHandle(
                    symbols.findOrThrow("nvmlDeviceGetCount_v2"), FunctionDescriptor.of(JAVA_INT, ADDRESS));
            MemorySegment out = arena.allocate(JAVA_INT);
            if ((int) start.invokeExact() != 0 || (int) count.invokeExact(out) != 0) {
                return Optional.empty();
            }
            Devices library = new Devices(symbols, linker);
            return Optional.of(IntStream.range(0, out.get(JAVA_INT, 0))
                    .mapToObj(index -> new Device(index, library))
                    .toList());
        } catch (Throwable absent) {
            return Optional.empty();
        }
    }

    private interface Reading {
        double of(MemorySegment out);
    }

    private double read(MethodHandle function, int index, Reading reading) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment device = arena.allocate(ADDRESS);
            MemorySegment out = arena.allocate(JAVA_LONG, 4);
            if ((int) handle.invokeExact(index, device) != 0
                    || (int) function.invokeExact(device.get(ADDRESS, 0), out) != 0) {
                return Double.NaN;
            }
            return reading.of(out);
        } catch (Throwable failure) {
            return Double.NaN;
        }
    }
}
