package dev.busbar.agent.nvml;

/** One MIG instance. */
public record FoundMig(String uuid, String profile, long totalBytes) {}
