package dev.busbar.agent.nvml;

/** One MIG instance. */
public record FoundMig(String uuid, String profile, long totalBytes) {

    /** Stands for all of a GPU that MIG is enabled on and that is cut into none yet: no pod can use it as a whole. */
    static final FoundMig NONE_YET = new FoundMig("none", "", 0);
}
