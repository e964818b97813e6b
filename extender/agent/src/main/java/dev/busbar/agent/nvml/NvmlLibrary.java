package dev.busbar.agent.nvml;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** The loaded management library: those of its functions that this driver has. */
final class NvmlLibrary {

    /** Where the driver puts it; the loader finds it by name. */
    static final String DEFAULT = "libnvidia-ml.so.1";

    private final Map<NvmlFunction, MethodHandle> functions = new EnumMap<>(NvmlFunction.class);

    private NvmlLibrary() {}

    /** Empty when there is no such library, which is how a node without a driver looks. */
    @SuppressWarnings("restricted")
    static Optional<NvmlLibrary> open(String file) {
        try {
            var symbols = SymbolLookup.libraryLookup(file, Arena.global());
            var library = new NvmlLibrary();
            for (var function : NvmlFunction.values()) {
                library.bind(symbols, function);
            }
            return Optional.of(library);
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private void bind(SymbolLookup symbols, NvmlFunction function) {
        function.symbols().stream()
                .map(symbols::find)
                .flatMap(Optional::stream)
                .findFirst()
                .ifPresent(address -> functions.put(function, downcall(address, function)));
    }

    @SuppressWarnings("restricted")
    private static MethodHandle downcall(MemorySegment address, NvmlFunction function) {
        var handle = Linker.nativeLinker().downcallHandle(address, function.descriptor());
        return handle.asSpreader(Object[].class, handle.type().parameterCount());
    }

    NvmlCode call(NvmlFunction function, Object... arguments) {
        var handle = functions.get(function);
        if (handle == null) {
            return NvmlCode.FUNCTION_NOT_FOUND;
        }
        try {
            return new NvmlCode((int) handle.invoke(arguments));
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("NVML call %s failed".formatted(function), e);
        }
    }
}
