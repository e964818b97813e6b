package dev.busbar.translator.model;

/** How a session is opened: where it runs, with how many threads, and how it treats its weights and memory. */
public record SessionSettings(Device device, int threads, Weights weights, MemorySource memory) {
    public static final SessionSettings CPU = new SessionSettings(Device.CPU, 1, Weights.PACKED, MemorySource.OWN_ARENA);

    /** Weights repacked for the fastest products, or used in place as they lie in the mapped file. */
    public enum Weights {
        PACKED,
        MAPPED
    }

    /** An arena of each session's own, or the one arena registered for the process, which may have a limit. */
    public enum MemorySource {
        OWN_ARENA,
        SHARED_ARENA
    }

    public SessionSettings withThreads(int count) {
        return new SessionSettings(device, count, weights, memory);
    }

    public SessionSettings with(Weights kind) {
        return new SessionSettings(device, threads, kind, memory);
    }

    public SessionSettings with(MemorySource source) {
        return new SessionSettings(device, threads, weights, source);
    }

    public SessionSettings on(Device place) {
        return new SessionSettings(place, threads, weights, memory);
    }
}
