package dev.busbar.translator.model;

import dev.busbar.translator.model.SessionSettings.MemorySource;

/**
 * One arena of main memory with a limit, for all sessions opened with {@link MemorySource#SHARED_ARENA}; a process has at
 * most one. It makes the processor behave as a GPU does whose memory is full.
 */
public final class SharedArena implements AutoCloseable {
    private static final int EXTEND_AS_REQUESTED = 1;

    private SharedArena() {}

    public static SharedArena withLimit(long bytes) {
        int byDefault = -1;
        var configuration =
                Ort.pointer(out -> Ort.CREATE_ARENA.call(bytes, EXTEND_AS_REQUESTED, byDefault, byDefault, out));
        Ort.REGISTER_ALLOCATOR.call(Ort.ENVIRONMENT, ARENA_MEMORY, configuration);
        return new SharedArena();
    }

    /** An arena's memory is told from plain memory by the second number. */
    private static final java.lang.foreign.MemorySegment ARENA_MEMORY = Ort.arenaMemory();

    @Override
    public void close() {
        Ort.UNREGISTER_ALLOCATOR.call(Ort.ENVIRONMENT, ARENA_MEMORY);
    }
}
