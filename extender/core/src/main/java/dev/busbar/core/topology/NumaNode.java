package dev.busbar.core.topology;

/** One NUMA node: its logical CPUs and memory. A node without CPUs (a GPU's own memory, say) is none to schedule on. */
public record NumaNode(int id, int cpus, long memoryBytes) {}
