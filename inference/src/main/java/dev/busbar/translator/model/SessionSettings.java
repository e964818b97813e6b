package dev.busbar.translator.model;

/** How a session is opened: where it runs, with how many threads, and how it treats its weights and memory. */
public record SessionSettings(Device device, int threads, Weights weights, MemorySource memory, Words words) {
    public static final SessionSettings CPU =
            new SessionSettings(Device.CPU, 1, Weights.PACKED, MemorySource.OWN_ARENA, Words.SHORTLIST);

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

    /** Which words an output layer scores: the shortlist's where a model has one, or all. */
    public enum Words {
        SHORTLIST,
        ALL
    }

    public SessionSettings with(Words which) {
        return new SessionSettings(device, threads, weights, memory, which);
    }

    public SessionSettings withThreads(int count) {
        return new SessionSettings(device, count, weights, memory, words);
    }

    public SessionSettings with(Weights kind) {
        return new SessionSettings(device, threads, kind, memory, words);
    }

    public SessionSettings with(MemorySource source) {
        return new SessionSettings(device, threads, weights, source, words);
    }

    public SessionSettings on(Device place) {
        return new SessionSettings(place, threads, weights, memory, words);
    }
}
