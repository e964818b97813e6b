package dev.busbar.translator.model;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The runtime's form of session settings, alive while a session is being opened. */
@SuppressWarnings("restricted")
final class OrtOptions implements AutoCloseable {
    private final MemorySegment options = Ort.pointer(Ort.CREATE_SESSION_OPTIONS::call);
    private final Arena arena = Arena.ofConfined();

    OrtOptions(SessionSettings settings) {
        Ort.SET_INTRA_OP_THREADS.call(options, settings.threads());
        int errorsOnly = 3;
        Ort.SET_LOG_SEVERITY.call(options, errorsOnly);
        // Shapes change at every step: a remembered pattern would only ask for more memory.
        Ort.DISABLE_MEM_PATTERN.call(options);
        // Threads that spin while they wait burn the CPU share of a pod.
        entry("session.intra_op.allow_spinning", "0");
        if (settings.weights() == SessionSettings.Weights.MAPPED) {
            entry("session.disable_prepacking", "1");
        }
        if (settings.memory() == SessionSettings.MemorySource.SHARED_ARENA) {
            entry("session.use_env_allocators", "1");
        }
        switch (settings.device()) {
            case Device.Cpu() -> {}
            case Device.Cuda(int number, long limit) -> cuda(number, limit);
        }
        String profile = System.getProperty("translator.profile");
        if (profile != null) {
            Ort.ENABLE_PROFILING.call(options, arena.allocateFrom(profile));
        }
    }

    MemorySegment pointer() {
        return options;
    }

    private void entry(String key, String value) {
        Ort.ADD_SESSION_CONFIG.call(options, arena.allocateFrom(key), arena.allocateFrom(value));
    }

    private void cuda(int number, long limit) {
        // Weights beside the arena, so that its limit is about batches only.
        entry("session.use_device_allocator_for_initializers", "1");
        MemorySegment cuda = Ort.pointer(Ort.CREATE_CUDA_OPTIONS::call);
        try {
            String[] keys = {"device_id", "gpu_mem_limit", "arena_extend_strategy", "do_copy_in_default_stream"};
            String[] values = {Integer.toString(number), Long.toString(limit), "kSameAsRequested", "1"};
            Ort.UPDATE_CUDA_OPTIONS.call(cuda, texts(keys), texts(values), (long) keys.length);
            Ort.APPEND_CUDA.call(options, cuda);
        } finally {
            Ort.RELEASE_CUDA_OPTIONS.call(cuda);
        }
    }

    private MemorySegment texts(String[] texts) {
        MemorySegment array = arena.allocate(ValueLayout.ADDRESS, texts.length);
        for (int i = 0; i < texts.length; i++) {
            array.setAtIndex(ValueLayout.ADDRESS, i, arena.allocateFrom(texts[i]));
        }
        return array;
    }

    @Override
    public void close() {
        Ort.RELEASE_SESSION_OPTIONS.call(options);
        arena.close();
    }
}
