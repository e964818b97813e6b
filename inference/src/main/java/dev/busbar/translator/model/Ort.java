package dev.busbar.translator.model;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.busbar.translator.decode.MemoryExhausted;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.regex.Pattern;

/** The functions of ONNX Runtime's C interface that the translator uses, by their place in its table, and its one environment. */
@SuppressWarnings("restricted")
final class Ort {
    static final Function CREATE_ENV = new Function(3, JAVA_INT, ADDRESS, ADDRESS);
    static final Function CREATE_SESSION = new Function(7, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
    static final Function CREATE_SESSION_FROM_ARRAY = new Function(8, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS);
    static final Function CREATE_SESSION_OPTIONS = new Function(10, ADDRESS);
    static final Function ENABLE_PROFILING = new Function(14, ADDRESS, ADDRESS);
    static final Function DISABLE_MEM_PATTERN = new Function(17, ADDRESS);
    static final Function SET_LOG_SEVERITY = new Function(22, ADDRESS, JAVA_INT);
    static final Function SET_OPTIMIZATION_LEVEL = new Function(23, ADDRESS, JAVA_INT);
    static final Function SET_INTRA_OP_THREADS = new Function(24, ADDRESS, JAVA_INT);
    static final Function INPUT_COUNT = new Function(30, ADDRESS, ADDRESS);
    static final Function OUTPUT_COUNT = new Function(31, ADDRESS, ADDRESS);
    static final Function INPUT_TYPE = new Function(33, ADDRESS, JAVA_LONG, ADDRESS);
    static final Function OUTPUT_TYPE = new Function(34, ADDRESS, JAVA_LONG, ADDRESS);
    static final Function INPUT_NAME = new Function(36, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS);
    static final Function OUTPUT_NAME = new Function(37, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS);
    static final Function CREATE_RUN_OPTIONS = new Function(39, ADDRESS);
    static final Function TERMINATE = new Function(46, ADDRESS);
    static final Function CREATE_TENSOR = new Function(48, ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS);
    static final Function TENSOR_DATA = new Function(51, ADDRESS, ADDRESS);
    static final Function TYPE_AS_TENSOR = new Function(55, ADDRESS, ADDRESS);
    static final Function ELEMENT_TYPE = new Function(60, ADDRESS, ADDRESS);
    static final Function DIMENSIONS_COUNT = new Function(61, ADDRESS, ADDRESS);
    static final Function DIMENSIONS = new Function(62, ADDRESS, ADDRESS, JAVA_LONG);
    static final Function TENSOR_TYPE_AND_SHAPE = new Function(65, ADDRESS, ADDRESS);
    static final Function CREATE_MEMORY_INFO = new Function(68, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);
    static final Function ALLOCATOR_FREE = new Function(76, ADDRESS, ADDRESS);
    static final Function DEFAULT_ALLOCATOR = new Function(78, ADDRESS);
    static final Function DISABLE_SESSION_THREADS = new Function(120, ADDRESS);
    static final Function ADD_SESSION_CONFIG = new Function(130, ADDRESS, ADDRESS, ADDRESS);
    static final Function RUN_WITH_BINDING = new Function(133, ADDRESS, ADDRESS, ADDRESS);
    static final Function CREATE_BINDING = new Function(134, ADDRESS, ADDRESS);
    static final Function BIND_INPUT = new Function(136, ADDRESS, ADDRESS, ADDRESS);
    static final Function BIND_OUTPUT = new Function(137, ADDRESS, ADDRESS, ADDRESS);
    static final Function BIND_OUTPUT_TO_DEVICE = new Function(138, ADDRESS, ADDRESS, ADDRESS);
    static final Function BOUND_OUTPUTS = new Function(140, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
    static final Function REGISTER_ALLOCATOR = new Function(144, ADDRESS, ADDRESS, ADDRESS);
    static final Function CREATE_ARENA = new Function(156, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);
    static final Function ADD_RUN_CONFIG = new Function(165, ADDRESS, ADDRESS, ADDRESS);
    static final Function UNREGISTER_ALLOCATOR = new Function(177, ADDRESS, ADDRESS);
    static final Function APPEND_CUDA = new Function(204, ADDRESS, ADDRESS);
    static final Function CREATE_CUDA_OPTIONS = new Function(205, ADDRESS);
    static final Function UPDATE_CUDA_OPTIONS = new Function(206, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG);

    static final Release RELEASE_SESSION = new Release(95);
    static final Release RELEASE_VALUE = new Release(96);
    static final Release RELEASE_RUN_OPTIONS = new Release(97);
    static final Release RELEASE_TYPE = new Release(98);
    static final Release RELEASE_TENSOR_TYPE = new Release(99);
    static final Release RELEASE_SESSION_OPTIONS = new Release(100);
    static final Release RELEASE_BINDING = new Release(135);
    static final Release RELEASE_CUDA_OPTIONS = new Release(208);
    private static final Release RELEASE_STATUS = new Release(93);

    private static final MethodHandle ERROR_MESSAGE = OrtLibrary.function(
            2,
            FunctionDescriptor.of(
                    ADDRESS.withTargetLayout(MemoryLayout.sequenceLayout(1 << 16, ValueLayout.JAVA_BYTE)), ADDRESS));

    /** The runtime has no code of its own for a refused allocation: its texts are the only sign. */
    private static final Pattern NO_MEMORY = Pattern.compile("bfc_arena|BFCArena|Failed to allocate memory|CUDA out of"
            + " memory|CUBLAS_STATUS_ALLOC_FAILED|std::bad_alloc");

    static final MemorySegment ENVIRONMENT = environment();
    static final MemorySegment ALLOCATOR = pointer(DEFAULT_ALLOCATOR::call);

    private Ort() {}

    private static MemorySegment environment() {
        int warning = 2;
        return pointer(out -> CREATE_ENV.call(warning, Arena.global().allocateFrom("translator"), out));
    }

    /** Where on-device memory of a kind is, as the runtime wants it said. */
    static MemorySegment memory(String name, int device) {
        int deviceAllocator = 0;
        int defaultMemory = 0;
        return pointer(out -> CREATE_MEMORY_INFO.call(
                Arena.global().allocateFrom(name), deviceAllocator, device, defaultMemory, out));
    }

    /** Main memory behind an arena. */
    static MemorySegment arenaMemory() {
        int arenaAllocator = 1;
        int defaultMemory = 0;
        return pointer(out ->
                CREATE_MEMORY_INFO.call(Arena.global().allocateFrom("Cpu"), arenaAllocator, 0, defaultMemory, out));
    }

    /** Calls a function that answers through a pointer in its last argument. */
    static MemorySegment pointer(java.util.function.Consumer<MemorySegment> call) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(ADDRESS);
            call.accept(out);
            return out.get(ADDRESS, 0);
        }
    }

    static long number(java.util.function.Consumer<MemorySegment> call) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment out = arena.allocate(JAVA_LONG);
            call.accept(out);
            return out.get(JAVA_LONG, 0);
        }
    }

    static MemorySegment text(SegmentAllocator arena, String text) {
        return arena.allocateFrom(text);
    }

    /** A function of the table that answers with a status: nothing when all went well, else an error to read and free. */
    static final class Function {
        private final MethodHandle handle;

        Function(int index, MemoryLayout... arguments) {
            handle = OrtLibrary.function(index, FunctionDescriptor.of(ADDRESS, arguments))
                    .asSpreader(Object[].class, arguments.length);
        }

        void call(Object... arguments) {
            MemorySegment status;
            try {
                status = (MemorySegment) handle.invokeExact(arguments);
            } catch (Throwable failure) {
                throw new IllegalStateException("the runtime could not be called", failure);
            }
            if (status.address() != 0) {
                throw failure(status);
            }
        }
    }

    /** A function of the table that frees what it is given. */
    static final class Release {
        private final MethodHandle handle;

        Release(int index) {
            handle = OrtLibrary.function(index, FunctionDescriptor.ofVoid(ADDRESS));
        }

        void call(MemorySegment what) {
            try {
                handle.invokeExact(what);
            } catch (Throwable failure) {
                throw new IllegalStateException("the runtime could not be called", failure);
            }
        }
    }

    private static RuntimeException failure(MemorySegment status) {
        String message;
        try {
            message = ((MemorySegment) ERROR_MESSAGE.invokeExact(status)).getString(0);
        } catch (Throwable failure) {
            throw new IllegalStateException("the runtime could not be called", failure);
        }
        RELEASE_STATUS.call(status);
        return NO_MEMORY.matcher(message).find() ? new MemoryExhausted(message) : new OrtException(message);
    }
}
