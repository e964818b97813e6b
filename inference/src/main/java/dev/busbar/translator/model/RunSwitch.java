package dev.busbar.translator.model;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The options of the runs of one batch; another thread may use them to stop it between two nodes of the graph. */
final class RunSwitch implements AutoCloseable {
    private final MemorySegment options = Ort.pointer(Ort.CREATE_RUN_OPTIONS::call);

    MemorySegment options() {
        return options;
    }

    void stop() {
        Ort.TERMINATE.call(options);
    }

    /** Gives what the arena has free back to the system after the next run; slow, so only after it ran full. */
    void shrinkArena() {
        try (Arena arena = Arena.ofConfined()) {
            Ort.ADD_RUN_CONFIG.call(
                    options, arena.allocateFrom("memory.enable_memory_arena_shrinkage"), arena.allocateFrom("cpu:0"));
        }
    }

    @Override
    public void close() {
        Ort.RELEASE_RUN_OPTIONS.call(options);
    }
}
